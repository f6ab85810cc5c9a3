# Secrets: named here, referred to by number, never held here.

locals {
  # Which deployments read which secret, under which name.
  secrets = merge(
    {
      channel_token_keys = {
        env = "CHANNEL_TOKEN_KEYS"
        # A worker opens the channel that could not be opened when its calendar was registered.
        readers = concat(["receive-notification", "renew-channels", "manage-calendars"], keys(local.workers))
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
        env = "OAUTH_CLIENT_SECRET"
        # connect-calendars has its code exchanged by it.
        readers = tolist(local.store_users)
      }
    } : {},
    var.connect == null ? {} : {
      connection_keys = {
        env     = "CONNECTION_KEYS"
        readers = tolist(local.store_users)
      }
    },
  )

  secrets_made    = { for key, secret in local.secrets : key => secret if var.secrets[key].secret == null }
  secrets_written = { for key, secret in local.secrets : key => secret if var.secrets[key].version == null }
  secret_versions = {
    for key, secret in local.secrets :
    key => var.secrets[key].version != null ? var.secrets[key].version : google_secret_manager_secret_version.written[key].version
  }

  secret_ids     = { for key in keys(local.secrets) : key => var.secrets[key].secret != null ? var.secrets[key].secret : google_secret_manager_secret.this[key].secret_id }
  secret_regions = var.kms_key == null ? var.secret_regions : [var.region]

  secret_readers = merge(concat(
    [for key, secret in local.secrets : { for reader in secret.readers : "${key}/${reader}" => { secret = local.secret_ids[key], reader = reader } }],
    # What a module of the company's reads.
    [for name, secret in var.conference.secrets : { for reader in keys(local.workers) : "${name}/${reader}" => { secret = secret.secret, reader = reader } }],
  )...)
}

# Where each secret was made. Google moves none, and one that is to take its place has its name, which Google refuses with 409 in the middle of
# an apply.
resource "terraform_data" "secret_regions" {
  for_each = local.secrets_made

  input = sort(local.secret_regions)

  lifecycle {
    ignore_changes = [input]
  }
}

resource "google_secret_manager_secret" "this" {
  for_each = local.secrets_made

  project   = var.project_id
  secret_id = "${var.prefix}${replace(each.key, "_", "-")}"
  labels    = var.labels
  # Nothing else opens what users have consented to: where `connect` is taken out, the secret stays as long as the database that holds it
  # is guarded. Every other secret can be had again where it comes from.
  deletion_policy = each.key == "connection_keys" && var.firestore.deletion_protection ? "ABANDON" : "DELETE"

  replication {
    dynamic "auto" {
      for_each = length(local.secret_regions) == 0 ? ["wherever Google likes"] : []
      content {}
    }
    dynamic "user_managed" {
      for_each = length(local.secret_regions) == 0 ? [] : [local.secret_regions]
      content {
        dynamic "replicas" {
          for_each = user_managed.value
          content {
            location = replicas.value
            dynamic "customer_managed_encryption" {
              for_each = local.kms_keys
              content {
                kms_key_name = customer_managed_encryption.value
              }
            }
          }
        }
      }
    }
  }

  lifecycle {
    precondition {
      condition     = jsonencode(terraform_data.secret_regions[each.key].output) == jsonencode(sort(local.secret_regions))
      error_message = "A secret stays in the regions that it was made in. Take back what asks for others, secret_regions or kms_key; or make secrets there yourself, and name them in `secrets`."
    }
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
  secret_id = each.value.secret
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.this[each.value.reader].member

  depends_on = [time_sleep.apis]
}
