# What Google takes some time over, and the provider does not wait for. Whoever comes after one of these depends on the wait. A new
# account needs none: the provider waits ten seconds itself.

locals {
  # An API that was just enabled refuses calls for up to a minute (403, SERVICE_DISABLED).
  api_wait = "60s"
  # A build that starts right after its account's grants is denied its bucket.
  build_grants_wait = "60s"
  # Indexes and fields of a database that was just made are refused (404).
  database_wait = "40s"
}

resource "time_sleep" "apis" {
  create_duration = local.api_wait
  # An upgrade that needs another API waits again.
  triggers = { for service in google_project_service.this : service.service => service.service }
}

resource "time_sleep" "build_grants" {
  create_duration = local.build_grants_wait
  triggers        = { account = google_service_account.this["build-functions"].unique_id }

  depends_on = [google_project_iam_member.build]
}

# Its triggers hand the database's name on, so that what is made in the database waits: a reference to the database itself would start
# at once.
resource "time_sleep" "database" {
  create_duration = local.database_wait
  triggers        = { name = google_firestore_database.this.name }
}

# Pub/Sub's own account hands dead letters on. In a new project it does not exist until somebody asks for it, and cannot be granted a
# role before.
resource "google_project_service_identity" "pubsub" {
  provider = google-beta

  project = var.project_id
  service = "pubsub.googleapis.com"

  depends_on = [time_sleep.apis]
}
