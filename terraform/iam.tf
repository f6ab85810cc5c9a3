# Who acts: an account for each deployment, one that builds, one that pushes messages, one that ticks. Grants on a single
# resource stand beside it; here are the accounts and what can only be granted on the project.

locals {
  accounts = merge(local.runtime_accounts, local.other_accounts, local.delegated_account)

  runtime_accounts = merge({
    "receive-notification" = "Receives notifications from Google Calendar and puts them on the work topic"
    "sync-calendar-live"   = "Brings conferences up to date after a person's edit"
    "sync-calendar-upkeep" = "Brings conferences up to date: reconciles, retries, full syncs"
    "renew-channels"       = "Renews channels and finds what is due"
    "manage-calendars"     = "Registers, inspects and removes calendars"
    }, var.connect == null ? {} : {
    "connect-calendars" = "Takes users through Google's consent page and keeps their consent"
  })
  other_accounts = {
    "build-functions" = "Builds the functions"
    "push-work"       = "Calls the workers on behalf of Pub/Sub"
    "tick-renewals"   = "Calls renew-channels on behalf of Cloud Scheduler"
  }
  # One account carries the delegation, so that the Workspace administrator authorises one ID and not four. It has no other power.
  delegated_account = local.is_delegated ? { "act-as-users" = "Speaks for users of the Workspace domain, by domain-wide delegation" } : {}

  # Known before the accounts are made, which `email` is not: see `addresses`.
  emails = { for name in keys(local.accounts) : name => "${google_service_account.this[name].account_id}@${var.project_id}.iam.gserviceaccount.com" }

  is_delegated = contains(split(",", var.calendar.auth), "delegation")
  has_consents = contains(split(",", var.calendar.auth), "oauth")

  # Of the secrets that hold the users' consents, each installation reads its own.
  refresh_token_prefix = "${var.prefix}calendar-refresh-token-"

  # Everything but the receiver keeps state; of those, all but connect-calendars act in calendars.
  store_users    = toset(keys(local.behind))
  calendar_users = setsubtract(local.store_users, ["connect-calendars"])

  only_our_database = {
    title       = "only ${time_sleep.database.triggers["name"]}"
    description = "Nothing of the project's other databases"
    expression  = "resource.name == \"projects/${var.project_id}/databases/${time_sleep.database.triggers["name"]}\""
  }
}

resource "google_service_account" "this" {
  for_each = local.accounts

  project      = var.project_id
  account_id   = "${var.prefix}${each.key}"
  display_name = "${var.prefix}${each.key}"
  description  = each.value

  depends_on = [time_sleep.apis]
}

# Since 2024 the default build account of a new project has no roles; these three are what a function's build needs.
resource "google_project_iam_member" "build" {
  for_each = toset(["roles/artifactregistry.writer", "roles/logging.logWriter", "roles/storage.objectViewer"])

  project = var.project_id
  role    = each.key
  member  = google_service_account.this["build-functions"].member
}

resource "google_project_iam_member" "store" {
  for_each = local.store_users

  project = var.project_id
  role    = "roles/datastore.user"
  member  = google_service_account.this[each.key].member

  condition {
    title       = local.only_our_database.title
    description = local.only_our_database.description
    expression  = local.only_our_database.expression
  }
}

# confsync pauses, resumes and removes calendars and has refused changes offered again; all of it is written here.
resource "google_project_iam_member" "operators_store" {
  for_each = var.access.operators

  project = var.project_id
  role    = "roles/datastore.user"
  member  = each.key

  condition {
    title       = local.only_our_database.title
    description = local.only_our_database.description
    expression  = local.only_our_database.expression
  }
}

# An entry of a policy is one for a role, a member and a condition, whoever wrote it: of two installations in one project the one that is taken
# down would take the entry from the other. This condition always holds; its title makes the entry this installation's own.
locals {
  of_this_installation = {
    title       = "${var.prefix}conference-sync"
    description = "Always; tells this installation's entry from another's"
    expression  = "request.time > timestamp(\"2020-01-01T00:00:00Z\")"
  }
}

# What waits on the subscriptions, how fresh the conferences are and what the receiver refused, Monitoring alone knows; without it
# `confsync status` could not call anything healthy. The role shows metrics of the whole project, and nothing else of it.
resource "google_project_iam_member" "operators_monitoring" {
  for_each = var.access.operators

  project = var.project_id
  role    = "roles/monitoring.viewer"
  member  = each.key

  condition {
    title       = local.of_this_installation.title
    description = local.of_this_installation.description
    expression  = local.of_this_installation.expression
  }

  # An entry without the condition goes when the one with it is there.
  lifecycle {
    create_before_destroy = true
  }

  depends_on = [time_sleep.apis]
}

# Whether the job that calls renew-channels runs, Cloud Scheduler alone knows. The role shows the project's jobs, and lets nobody run or change one; jobs
# are none of the resources that a condition could name.
resource "google_project_iam_member" "operators_schedule" {
  for_each = var.access.operators

  project = var.project_id
  role    = "roles/cloudscheduler.viewer"
  member  = each.key

  condition {
    title       = local.of_this_installation.title
    description = local.of_this_installation.description
    expression  = local.of_this_installation.expression
  }

  # An entry without the condition goes when the one with it is there.
  lifecycle {
    create_before_destroy = true
  }

  depends_on = [time_sleep.apis]
}

# Keyless delegation: a function has Google sign a JWT in the name of the delegated account (IAM Credentials, signJwt). No key
# exists anywhere.
resource "google_service_account_iam_member" "sign_for_users" {
  for_each = local.is_delegated ? local.calendar_users : toset([])

  service_account_id = google_service_account.this["act-as-users"].name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = google_service_account.this[each.key].member
}

# Refresh tokens lie in a secret for each user, written by whoever runs the consent page. Secret Manager's names hold the
# project's number in conditions.
resource "google_project_iam_member" "refresh_tokens" {
  for_each = local.has_consents ? local.calendar_users : toset([])

  project = var.project_id
  role    = "roles/secretmanager.secretAccessor"
  member  = google_service_account.this[each.key].member

  condition {
    title       = "only refresh tokens"
    description = "Secrets that hold a user's consent, and no other"
    expression  = "resource.name.startsWith(\"projects/${data.google_project.this.number}/secrets/${local.refresh_token_prefix}\")"
  }
}
