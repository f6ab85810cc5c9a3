# The queue: one topic, a filtered push subscription for each lane, and a place where dead letters stay until a person looks.
# No ordering keys: on a push subscription one refused message re-sends all later ones of its key.

locals {
  lanes = {
    live   = "sync-calendar-live"
    upkeep = "sync-calendar-upkeep"
  }

  publishers = merge(
    { for name in keys(local.runtime_accounts) : "work/${name}" => {
      topic = google_pubsub_topic.work.name, member = google_service_account.this[name].member
    } },
    # The worker puts away what it cannot read, with the reason; Pub/Sub itself what kills its worker again and again.
    { for name in values(local.lanes) : "dead-letters/${name}" => {
      topic = google_pubsub_topic.dead_letters.name, member = google_service_account.this[name].member
    } },
    { "dead-letters/pubsub" = { topic = google_pubsub_topic.dead_letters.name, member = google_project_service_identity.agent["pubsub.googleapis.com"].member } },
    { for member in var.access.operators : "work/${member}" => { topic = google_pubsub_topic.work.name, member = member } },
  )

  # Operators read dead letters and the topic's past; nobody but Pub/Sub touches the live subscriptions.
  operated = {
    dead-letters = google_pubsub_subscription.dead_letters.name
    work-replay  = google_pubsub_subscription.replay.name
  }
  operators_subscriptions = merge([
    for member in var.access.operators : { for key, name in local.operated : "${key}/${member}" => { subscription = name, member = member } }
  ]...)
}

resource "google_pubsub_topic" "work" {
  #checkov:skip=CKV_GCP_83:Google encrypts it; kms_key puts a key of one's own in place
  project = var.project_id
  name    = "${var.prefix}conference-sync-work"
  labels  = var.labels
  # What makes `confsync replay --since` possible.
  message_retention_duration = "${var.redelivery.retention_days * 86400}s"
  kms_key_name               = local.kms_key

  depends_on = [time_sleep.apis]
}

resource "google_pubsub_topic" "dead_letters" {
  #checkov:skip=CKV_GCP_83:as the work topic
  project = var.project_id
  name    = "${google_pubsub_topic.work.name}-dead-letters"
  labels  = var.labels

  kms_key_name = local.kms_key
}

resource "google_pubsub_topic_iam_member" "publisher" {
  for_each = local.publishers

  project = var.project_id
  topic   = each.value.topic
  role    = "roles/pubsub.publisher"
  member  = each.value.member
}

resource "google_pubsub_subscription" "work" {
  for_each = local.lanes

  project = var.project_id
  name    = "${google_pubsub_topic.work.name}-${each.key}"
  topic   = google_pubsub_topic.work.id
  labels  = var.labels
  # Cannot be changed afterwards: a new filter is a new subscription, which starts empty.
  filter                     = "attributes.lane = \"${each.key}\""
  ack_deadline_seconds       = var.redelivery.ack_deadline_s
  message_retention_duration = "604800s"

  push_config {
    push_endpoint = local.addresses[each.value]
    oidc_token {
      service_account_email = google_service_account.this["push-work"].email
      audience              = local.addresses[each.value]
    }
  }

  retry_policy {
    minimum_backoff = "${var.redelivery.backoff_min_s}s"
    maximum_backoff = "${var.redelivery.backoff_max_s}s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead_letters.id
    max_delivery_attempts = var.redelivery.attempts_max
  }

  # Never: the default deletes a subscription that was idle for 31 days.
  expiration_policy {
    ttl = ""
  }

  lifecycle {
    precondition {
      condition     = local.behind[each.value].timeout_s < var.redelivery.ack_deadline_s
      error_message = "${each.value} may work for ${local.behind[each.value].timeout_s} s (its time_budget_s and ${local.timeout_after_budget_s} s), and Pub/Sub sends a message again after ack_deadline_s = ${var.redelivery.ack_deadline_s} s: the second delivery would meet the first."
    }
  }

  # A worker that is pushed to before the indexes are built fails at each query.
  depends_on = [google_cloud_run_v2_service_iam_member.pubsub_pushes, google_firestore_index.this]
}

# A dead-letter topic without a subscription loses everything that lands on it. Nobody pushes from this one.
resource "google_pubsub_subscription" "dead_letters" {
  project                    = var.project_id
  name                       = google_pubsub_topic.dead_letters.name
  topic                      = google_pubsub_topic.dead_letters.id
  labels                     = var.labels
  ack_deadline_seconds       = 60
  message_retention_duration = "${var.redelivery.dead_letter_retention_d * 86400}s"

  expiration_policy {
    ttl = ""
  }
}

# Only ever sought back and read by `confsync replay`. It keeps ten minutes by itself, the shortest that there is; how far
# back it can be sought is a matter of the topic's retention.
resource "google_pubsub_subscription" "replay" {
  project                    = var.project_id
  name                       = "${google_pubsub_topic.work.name}-replay"
  topic                      = google_pubsub_topic.work.id
  labels                     = var.labels
  ack_deadline_seconds       = 60
  message_retention_duration = "600s"

  expiration_policy {
    ttl = ""
  }
}

# The second of the two grants that Pub/Sub's own account needs to hand dead letters on; the first is among the publishers.
resource "google_pubsub_subscription_iam_member" "agent_hands_on" {
  for_each = local.lanes

  project      = var.project_id
  subscription = google_pubsub_subscription.work[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = google_project_service_identity.agent["pubsub.googleapis.com"].member
}

resource "google_pubsub_subscription_iam_member" "operators" {
  for_each = local.operators_subscriptions

  project      = var.project_id
  subscription = each.value.subscription
  role         = "roles/pubsub.subscriber"
  member       = each.value.member
}
