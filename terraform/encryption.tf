# A key of the company's own (kms_key), and who of Google uses it.

locals {
  # The key once its grants are seen, for an argument and for a block.
  kms_key  = one(local.kms_keys)
  kms_keys = [for wait in time_sleep.key_grants : wait.triggers["key"]]

  key_users = var.kms_key == null ? {} : merge(
    { for service, agent in google_project_service_identity.agent : service => agent.member },
    { "storage.googleapis.com" = "serviceAccount:${data.google_storage_project_service_account.this[0].email_address}" },
  )
}

data "google_storage_project_service_account" "this" {
  count = var.kms_key == null ? 0 : 1

  project = var.project_id
}

resource "google_kms_crypto_key_iam_member" "agent" {
  for_each = local.key_users

  crypto_key_id = var.kms_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = each.value

  condition {
    title       = local.of_this_installation.title
    description = local.of_this_installation.description
    expression  = local.of_this_installation.expression
  }

  # Google's agents are the project's, and without this grant nothing that is sealed with the key can be read: no moment may be without it.
  lifecycle {
    create_before_destroy = true
  }
}

# What is made with the key waits until the grants on it are seen: its triggers hand the key on.
resource "time_sleep" "key_grants" {
  count = var.kms_key == null ? 0 : 1

  create_duration = local.key_grants_wait
  triggers        = { key = var.kms_key }

  depends_on = [google_kms_crypto_key_iam_member.agent]
}
