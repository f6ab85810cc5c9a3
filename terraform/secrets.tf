# Secrets: named here, referred to by number, never held here.

locals {
  # Which deployments read which secret, under which name.
  secrets = merge(
    {
      channel_token_keys = {
        env     = "CHANNEL_TOKEN_KEYS"
        readers = ["receive-notification", "renew-channels", "manage-calendars"]
      }
    },
    var.conference.backend == "webhook" ? {
      conference_webhook_secret = {
        env     = "CONFERENCE_WEBHOOK_SECRET"
        readers = keys(local.workers)
      }
    } : {},
    local.has_consents ? {
      oauth_client_secret = {
        env     = "OAUTH_CLIENT_SECRET"
        readers = tolist(local.calendar_users)
      }
    } : {},
  )

  secrets_written = { for key, secret in local.secrets : key => secret if var.secrets[key].version == null }
  secret_versions = {
    for key, secret in local.secrets :
    key => var.secrets[key].version != null ? var.secrets[key].version : google_secret_manager_secret_version.written[key].version
  }

  secret_readers = merge([
    for key, secret in local.secrets : { for reader in secret.readers : "${key}/${reader}" => { secret = key, reader = reader } }
  ]...)
}

resource "google_secret_manager_secret" "this" {
  for_each = local.secrets

  project   = var.project_id
  secret_id = "${var.prefix}${replace(each.key, "_", "-")}"
  labels    = var.labels

  replication {
    auto {}
  }

  depends_on = [time_sleep.apis]
}

resource "google_secret_manager_secret_version" "written" {
  for_each = local.secrets_written

  secret                 = google_secret_manager_secret.this[each.key].id
  secret_data_wo         = var.secret_values[each.key]
  secret_data_wo_version = var.secrets[each.key].revision
  # Instances that run may still hold the version before; a person disables it when they are gone.
  deletion_policy = "ABANDON"

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_secret_manager_secret_iam_member" "reader" {
  for_each = local.secret_readers

  project   = var.project_id
  secret_id = google_secret_manager_secret.this[each.value.secret].secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.this[each.value.reader].member
}
