# What Google takes some time over, and the provider does not wait for. Whoever comes after one of these depends on the wait. A new
# account needs none: the provider waits ten seconds itself.

locals {
  # An API that was just enabled refuses calls for up to a minute (403, SERVICE_DISABLED).
  api_wait = "60s"
  # A build that starts right after its account's grants is denied its bucket, and a function that starts right after its own is denied its
  # database. Counted from the last grant on the project.
  project_grants_wait = "60s"
  # A key refuses agents that were granted its use a moment ago.
  key_grants_wait = "60s"
  # Indexes and fields of a database that was just made are refused (404).
  database_wait = "40s"
}

resource "time_sleep" "apis" {
  create_duration = local.api_wait
  # An upgrade that needs another API waits again.
  triggers = { for service in google_project_service.this : service.service => service.service }
}

resource "time_sleep" "project_grants" {
  create_duration = local.project_grants_wait
  triggers        = { account = google_service_account.this["build-functions"].unique_id }

  depends_on = [
    google_project_iam_member.build,
    google_project_iam_member.operators_monitoring,
    google_project_iam_member.operators_schedule,
    google_project_iam_member.operators_store,
    google_project_iam_member.refresh_tokens,
    google_project_iam_member.store,
  ]
}

# Its triggers hand the database's name on, so that what is made in the database waits: a reference to the database itself would start
# at once.
resource "time_sleep" "database" {
  create_duration = local.database_wait
  triggers        = { name = var.firestore.existing == null ? google_firestore_database.this[0].name : var.firestore.existing }
}

# Google's own accounts. In a new project they do not exist until somebody asks for them, and cannot be granted a role before. Pub/Sub's
# hands dead letters on; all of them use the key.
resource "google_project_service_identity" "agent" {
  for_each = setunion(["pubsub.googleapis.com"], var.kms_key == null ? [] : ["firestore.googleapis.com", "secretmanager.googleapis.com"])
  provider = google-beta

  project = var.project_id
  service = each.key

  depends_on = [time_sleep.apis]
}
