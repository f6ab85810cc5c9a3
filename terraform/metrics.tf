# Metrics over the lines that the functions log (shared/domain/log-line.ts). Labels are few and closed lists; the calendar's key
# is never one. Each metric is made of the entries from its first line on; nothing is filled in from before.

locals {
  metric_prefix = "${replace(var.prefix, "-", "_")}conference_sync_"
  logging_services = [
    for name in concat(["receive-notification"], keys(local.behind)) : "${var.prefix}${name}"
  ]
  from_our_functions = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=(${join(" OR ", [for name in local.logging_services : "\"${name}\""])})"

  # How many lines of a kind there were; `labels` are fields of the line.
  counters = {
    notifications      = { line = "notification", description = "Requests that Google Calendar, or somebody else, sent to the receiver", labels = ["outcome", "reason"] }
    syncs              = { line = "sync", description = "Requests to sync a calendar, by what came of them", labels = ["outcome", "cause", "lane", "mode"] }
    deliveries         = { line = "delivery", description = "Changes offered to the conference system, by its answer", labels = ["outcome", "type"] }
    conferences        = { line = "conference", description = "Conferences looked at because something of theirs was due", labels = ["outcome"] }
    write_backs        = { line = "write-back", description = "Patches that the conference system asked to have written to an event", labels = ["outcome"] }
    tokens_rejected    = { line = "token-rejected", description = "Sync tokens that Google no longer took, each a full sync", labels = [] }
    calendar_statuses  = { line = "calendar-status", description = "Calendars whose status changed, by the new one", labels = ["status"] }
    channels           = { line = "channel", description = "Channels opened, proven, stopped, or failed to open or to stop", labels = ["outcome"] }
    channels_refused   = { line = "channel", description = "Channels that could not be opened", labels = [], only = "jsonPayload.outcome=\"failed\" AND NOT jsonPayload.reason=~\"^stop: \"" }
    dead_letters       = { line = "dead-letter", description = "Messages that a worker put on the dead-letter topic", labels = [] }
    unreadable_records = { line = "unreadable-record", description = "Stored documents that could not be read and were set aside", labels = [] }
    failures           = { line = "failure", description = "Errors that nothing in the code expected", labels = ["where"] }
    renewal_runs       = { line = "renewal-run", description = "Runs of renew-channels that came to their end", labels = ["isComplete"] }
  }

  milliseconds = [1000, 2000, 5000, 10000, 20000, 30000, 60000, 120000, 300000, 600000, 1800000, 3600000]
  counts       = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000]

  # The values of a field; `only` narrows the lines.
  distributions = {
    freshness = {
      line        = "sync", field = "freshnessMs", unit = "ms", bounds = local.milliseconds, labels = []
      only        = "jsonPayload.outcome=\"synced\" AND jsonPayload.cause=\"notification\""
      description = "From the notification to its calendar being up to date"
    }
    edit_freshness = {
      line        = "delivery", field = "freshnessMs", unit = "ms", bounds = local.milliseconds, labels = []
      only        = "jsonPayload.outcome=\"done\""
      description = "From a person's edit, by Google's clock, to the conference system having it"
    }
    sync_duration = {
      line        = "sync", field = "ms", unit = "ms", bounds = concat([50, 100, 200, 500], local.milliseconds), labels = ["lane"]
      only        = ""
      description = "How long a request to sync took the worker"
    }
    delivery_duration = {
      line        = "delivery", field = "ms", unit = "ms", bounds = concat([50, 100, 200, 500], local.milliseconds), labels = []
      only        = ""
      description = "How long the conference system took to answer"
    }
    changes_recorded = {
      line        = "sync", field = "counts.recorded", unit = "1", bounds = local.counts, labels = ["cause"]
      only        = ""
      description = "Changes that a sync found; what a reconcile finds, no notification had announced"
    }
    due_calendars = {
      line        = "renewal-run", field = "dueCalendars", unit = "1", bounds = local.counts, labels = []
      only        = ""
      description = "Calendars due at a run of renew-channels"
    }
    due_conferences = {
      line        = "renewal-run", field = "dueConferences", unit = "1", bounds = local.counts, labels = []
      only        = ""
      description = "Conferences due at a run of renew-channels"
    }
    calendars_without_channel = {
      line        = "renewal-run", field = "withoutChannel", unit = "1", bounds = local.counts, labels = []
      only        = ""
      description = "Calendars that ought to have a channel and have none"
    }
    renewals_failed = {
      line        = "renewal-run", field = "failed", unit = "1", bounds = local.counts, labels = []
      only        = ""
      description = "Calendars that a run of renew-channels could not bring on"
    }
  }

  # Their names in PromQL: https://cloud.google.com/monitoring/promql/promql-mapping
  promql = {
    for key in concat(keys(local.counters), keys(local.distributions)) : key => "logging_googleapis_com:user_${local.metric_prefix}${key}"
  }
}

resource "google_logging_metric" "counter" {
  for_each = local.counters

  project     = var.project_id
  name        = "${local.metric_prefix}${each.key}"
  description = each.value.description
  filter = join(" AND ", compact([
    local.from_our_functions, "jsonPayload.line=\"${each.value.line}\"", lookup(each.value, "only", ""),
  ]))

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"
    dynamic "labels" {
      for_each = toset(each.value.labels)
      content {
        key        = labels.value
        value_type = "STRING"
      }
    }
  }

  label_extractors = { for label in each.value.labels : label => "EXTRACT(jsonPayload.${label})" }

  depends_on = [google_project_service.this]
}

resource "google_logging_metric" "distribution" {
  for_each = local.distributions

  project     = var.project_id
  name        = "${local.metric_prefix}${each.key}"
  description = each.value.description
  filter = join(" AND ", compact([
    local.from_our_functions, "jsonPayload.line=\"${each.value.line}\"", "jsonPayload.${each.value.field}>=0", each.value.only,
  ]))
  value_extractor = "EXTRACT(jsonPayload.${each.value.field})"

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = each.value.unit
    dynamic "labels" {
      for_each = toset(each.value.labels)
      content {
        key        = labels.value
        value_type = "STRING"
      }
    }
  }

  bucket_options {
    explicit_buckets {
      bounds = each.value.bounds
    }
  }

  label_extractors = { for label in each.value.labels : label => "EXTRACT(jsonPayload.${label})" }

  depends_on = [google_project_service.this]
}
