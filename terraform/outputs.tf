output "accounts" {
  description = "E-mail address of each service account, by its role."
  value       = { for name, account in google_service_account.this : name => account.email }
}

output "alerts" {
  description = "Names of the alerts, which are also the anchors of their sections in the runbook."
  value       = sort(keys(local.alerts))
}

output "connect_redirect_uri" {
  description = "What the OAuth client needs among its authorised redirect URIs, so that users can connect. Null where nobody does."
  value       = local.connect_address == null ? null : "${local.connect_address}/callback"
}

output "database" {
  description = "Name of the Firestore database."
  value       = time_sleep.database.triggers["name"]
}

output "delegation_client_id" {
  description = "What the Workspace administrator authorises for domain-wide delegation: the numeric ID of the account that acts as users. Null in other modes."
  value       = one([for name in keys(local.delegated_account) : google_service_account.this[name].unique_id])
}

output "functions" {
  description = "Address of each deployment."
  value       = merge(local.addresses, { "receive-notification" = local.receiver_address }, var.connect == null ? {} : { "connect-calendars" = local.connect_address })

  # Whoever calls an address needs it to be there and its door to be open.
  depends_on = [
    google_cloudfunctions2_function.behind,
    google_cloud_run_v2_service_iam_member.anyone_connects,
    google_cloud_run_v2_service_iam_member.anyone_notifies,
    google_cloud_run_v2_service_iam_member.people_manage,
  ]
}

output "secret_versions" {
  description = "Version of each secret in use; put them into `secrets` and the values are never asked for again."
  value       = local.secret_versions
}

output "subscriptions" {
  description = "Names of the subscriptions that confsync reads: dead letters and the replay of the work topic."
  value       = local.operated
}

output "topics" {
  description = "Names of the work topic and the dead-letter topic."
  value = {
    work         = google_pubsub_topic.work.name
    dead_letters = google_pubsub_topic.dead_letters.name
  }
}
