# The ground that everything stands on: names, APIs, the archive that the functions are built from.

locals {
  # Calls in the Calendar API need its API enabled in the project whose accounts call.
  services = toset([
    "artifactregistry.googleapis.com",
    "calendar-json.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudfunctions.googleapis.com",
    "cloudscheduler.googleapis.com",
    "firestore.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "pubsub.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "storage.googleapis.com",
  ])
}

data "google_project" "this" {
  project_id = var.project_id
}

resource "google_project_service" "this" {
  for_each = local.services

  project = var.project_id
  service = each.key
  # Other stacks may share the project.
  disable_on_destroy = false
}

resource "google_storage_bucket" "archive" {
  #checkov:skip=CKV_GCP_62:it holds what anybody with the sources can build; archive_log_bucket takes its access logs where they are wanted
  project                     = var.project_id
  name                        = "${var.project_id}-${var.prefix}conference-sync-archive"
  location                    = var.region
  labels                      = var.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = true

  dynamic "encryption" {
    for_each = local.kms_keys
    content {
      default_kms_key_name = encryption.value
    }
  }
  dynamic "logging" {
    for_each = toset(var.archive_log_bucket[*])
    content {
      log_bucket        = logging.value
      log_object_prefix = "${var.project_id}-${var.prefix}conference-sync-archive"
    }
  }

  # Each archive has a name of its own, and Terraform removes the one before: it stays as a noncurrent version for a while. A rollback
  # uploads the earlier archive again.
  versioning {
    enabled = true
  }
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      with_state                 = "ARCHIVED"
      days_since_noncurrent_time = 90
    }
  }

  # Where functions move to another region, the archive stays: builds read it from anywhere, and Google gives its name to no second bucket.
  lifecycle {
    ignore_changes = [location]
  }

  depends_on = [time_sleep.apis]
}

# The name holds the hash of the content, which is how a function notices that there is something new to build.
resource "google_storage_bucket_object" "archive" {
  bucket         = google_storage_bucket.archive.name
  name           = "functions-${substr(filesha256(var.archive), 0, 16)}.zip"
  source         = var.archive
  content_type   = "application/zip"
  source_md5hash = filemd5(var.archive)

  lifecycle {
    create_before_destroy = true
  }
}
