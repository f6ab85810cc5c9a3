# The store. Its queries are listed, each with what it needs, in shared/adapters/firestore/indexes.ts; a test compares.

locals {
  indexes = {
    due-calendars = {
      collection = "calendars"
      scope      = "COLLECTION"
      fields     = ["dueShard", "dueAt"]
    }
    watched-calendars = {
      collection = "calendars"
      scope      = "COLLECTION"
      fields     = ["status", "channel.expiresAt"]
    }
    failing-calendars = {
      collection = "calendars"
      scope      = "COLLECTION"
      fields     = ["status", "failure.count"]
    }
    due-conferences = {
      collection = "conferences"
      scope      = "COLLECTION"
      fields     = ["dueShard", "dueAt"]
    }
    pending-of-conference = {
      collection = "bindings"
      scope      = "COLLECTION_GROUP"
      fields     = ["conference", "pending.revision"]
    }
    doubtful-of-conference = {
      collection = "bindings"
      scope      = "COLLECTION_GROUP"
      fields     = ["conference", "doubt.readAt"]
    }
    references-of-conference = {
      collection = "bindings"
      scope      = "COLLECTION_GROUP"
      fields     = ["conference", "kind", "state", "calendar"]
    }
    failed-bindings = {
      collection = "bindings"
      scope      = "COLLECTION_GROUP"
      fields     = ["state", "calendar"]
    }
  }

  # Exempt from the indexes that Firestore makes by itself: times (an index over an ever-growing value holds a whole collection
  # to 500 writes a second) and what no query reads. The exemption of a map covers its fields; a composite index is not touched.
  unindexed = {
    calendars = [
      "announced", "channel", "checkpoint", "coveredUntil", "deaths", "dueAt", "failure", "lastSyncedAt", "lease", "notice", "openedAt", "openingFailure", "openingProvenAt", "outOfReachSince", "pushRetryAt",
      "quietReconciles", "reconcileAt", "repairs", "strayChannels", "syncToken", "unrecorded", "wantedAt",
    ]
    bindings    = ["delivered", "doubt", "endsAt", "failure", "pending", "refused"]
    conferences = ["announcedUntil", "cancellation", "doubtAt", "dueAt", "ended", "failingSince", "failure", "orphan", "owed", "retryAt", "revision", "sending"]
    # What users have granted and links that are out; nothing but the ids is ever asked for.
    connections = ["clientId", "state", "subject"]
    tickets     = ["sealed"]
  }
  unindexed_fields = merge([
    for collection, fields in local.unindexed : { for field in fields : "${collection}/${field}" => { collection = collection, field = field } }
  ]...)

  # One field for each collection group; Firestore removes what is past it, usually within a day.
  expiring = toset(["bindings", "conferences", "tickets"])
}

resource "google_firestore_database" "this" {
  count = var.firestore.existing == null ? 1 : 0

  project          = var.project_id
  name             = "${var.prefix}${var.firestore.database}"
  location_id      = coalesce(var.firestore.location, var.region)
  type             = "FIRESTORE_NATIVE"
  database_edition = "STANDARD"
  # Enterprise edition would default to optimistic, under which the transactions of two workers abort instead of waiting.
  concurrency_mode                  = "PESSIMISTIC"
  point_in_time_recovery_enablement = var.firestore.point_in_time_recovery ? "POINT_IN_TIME_RECOVERY_ENABLED" : "POINT_IN_TIME_RECOVERY_DISABLED"
  delete_protection_state           = var.firestore.deletion_protection ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED"
  deletion_policy                   = var.firestore.deletion_protection ? "PREVENT" : "DELETE"

  dynamic "cmek_config" {
    for_each = local.kms_keys
    content {
      kms_key_name = cmek_config.value
    }
  }

  depends_on = [time_sleep.apis]
}

# What a database is restored from: docs/runbook.md says how. A backup outlives its database until its retention ends.
resource "google_firestore_backup_schedule" "daily" {
  count = var.firestore.backups == null ? 0 : 1

  project   = var.project_id
  database  = time_sleep.database.triggers["name"]
  retention = "${var.firestore.backups.daily_retention_days * 86400}s"

  daily_recurrence {}
}

resource "google_firestore_index" "this" {
  for_each = local.indexes

  project     = var.project_id
  database    = time_sleep.database.triggers["name"]
  collection  = each.value.collection
  query_scope = each.value.scope

  dynamic "fields" {
    for_each = each.value.fields
    content {
      field_path = fields.value
      order      = "ASCENDING"
    }
  }
}

resource "google_firestore_field" "unindexed" {
  for_each = local.unindexed_fields

  project    = var.project_id
  database   = time_sleep.database.triggers["name"]
  collection = each.value.collection
  field      = each.value.field

  index_config {}
}

resource "google_firestore_field" "expiring" {
  for_each = local.expiring

  project    = var.project_id
  database   = time_sleep.database.triggers["name"]
  collection = each.key
  field      = "expireAt"

  ttl_config {}
  index_config {}
}
