# Metrics over the lines that the functions log (shared/domain/log-line.ts). Labels are few and closed lists; the calendar's key
# is never one. Each metric is made of the entries from its first line on; nothing is filled in from before.

locals {
  metric_prefix = "${replace(var.prefix, "-", "_")}conference_sync_"
  logging_services = [
    for name in keys(local.runtime_accounts) : "${var.prefix}${name}"
  ]
  from_our_functions = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=(${join(" OR ", [for name in local.logging_services : "\"${name}\""])})"

  # How many lines of a kind there were; `labels` are fields of the line.
  counters = {
    notifications = { line = "notification", description = "Requests that Google Calendar, or somebody else, sent to the receiver", labels = ["outcome", "reason"] }
    syncs         = { line = "sync", description = "Requests to sync a calendar, by what came of them", labels = ["outcome", "cause", "lane", "mode", "reason"] }
    deliveries    = { line = "delivery", description = "Changes offered to the conference system, by its answer", labels = ["outcome", "type"] }
    notices       = { line = "notice", description = "What the conference system was told of calendars themselves, by its answer", labels = ["outcome", "type"] }
    late = {
      line        = "delivery", labels = []
      only        = "jsonPayload.freshnessMs>${var.alerting.freshness.within_s * 1000} AND jsonPayload.outcome=(\"done\" OR \"gave-up\")"
      description = "Changes that took longer than ${var.alerting.freshness.within_s} s from their notification to the conference system"
    }
    conferences        = { line = "conference", description = "Conferences looked at because something of theirs was due", labels = ["outcome"] }
    write_backs        = { line = "write-back", description = "Patches that the conference system asked to have written to an event", labels = ["outcome"] }
    tokens_rejected    = { line = "token-rejected", description = "Sync tokens that Google no longer took, each a full sync", labels = [] }
    calendar_statuses  = { line = "calendar-status", description = "Calendars whose status changed, by the new one", labels = ["status"] }
    breaker            = { line = "breaker", description = "Times that a process saw the conference system fail throughout, or answer again", labels = ["outcome"] }
    channels           = { line = "channel", description = "Channels opened, proven, stopped, or failed to open or to stop", labels = ["outcome"] }
    dead_letters       = { line = "dead-letter", description = "Messages that a worker put on the dead-letter topic", labels = [] }
    unreadable_records = { line = "unreadable-record", description = "Stored documents that could not be read and were set aside", labels = [] }
    crashes            = { line = "crash", description = "Processes that ended by an error which nothing caught", labels = [] }
    failures           = { line = "failure", description = "Errors that nothing in the code expected", labels = ["where"] }
    renewal_runs       = { line = "renewal-run", description = "Runs of renew-channels that came to their end", labels = ["isComplete"] }
  }

  milliseconds = [50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 30000, 60000, 120000, 300000, 600000, 1800000, 3600000]
  counts       = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000]

  # The values of a field; `only` narrows the lines.
  distributions = {
    freshness = {
      line        = "delivery", field = "freshnessMs", unit = "ms", bounds = local.milliseconds, labels = []
      only        = "jsonPayload.outcome=(\"done\" OR \"gave-up\")"
      description = "From the first notification of a change to the conference system having it"
    }
    unnotified_freshness = {
      line        = "delivery", field = "unnotifiedMs", unit = "ms", bounds = local.milliseconds, labels = []
      only        = "jsonPayload.outcome=\"done\""
      description = "From an edit that no notification told of, by Google's clock, to the conference system having it"
    }
    sync_duration = {
      line        = "sync", field = "ms", unit = "ms", bounds = local.milliseconds, labels = ["lane"]
      only        = ""
      description = "How long a request to sync took the worker"
    }
    delivery_duration = {
      line        = "delivery", field = "ms", unit = "ms", bounds = local.milliseconds, labels = []
      only        = ""
      description = "How long the conference system took to answer"
    }
    changes_recorded = {
      line        = "sync", field = "counts.recorded", unit = "1", bounds = local.counts, labels = ["cause"]
      only        = ""
      description = "Changes of conferences that a sync found"
    }
    events_listed = {
      line        = "sync", field = "counts.events", unit = "1", bounds = local.counts, labels = []
      only        = ""
      description = "Events that syncs were shown"
    }
    unnotified = {
      line        = "sync", field = "counts.unnotified", unit = "1", bounds = local.counts, labels = []
      only        = "jsonPayload.cause=\"reconcile\""
      description = "Events that a reconcile found changed for over a minute, though no notification had told of them"
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
    renewals_failed = {
      line        = "renewal-run", field = "failed", unit = "1", bounds = local.counts, labels = []
      only        = ""
      description = "Calendars that a run of renew-channels could not bring on"
    }
  }

  # Gauges of the whole fleet, which one run of ten counts: how many of each there are.
  gauges = {
    calendars                 = { field = "calendars", description = "Registered calendars" }
    calendars_paused          = { field = "paused", description = "Calendars that a person has paused" }
    calendars_disconnected    = { field = "disconnected", description = "Calendars to which the grant is gone" }
    calendars_unreachable     = { field = "unreachable", description = "Calendars that are gone or closed to us" }
    calendars_without_push    = { field = "unsupportedPush", description = "Calendars for which Google sends no notifications" }
    calendars_without_channel = { field = "channelless", description = "Calendars that ought to have a channel and have none" }
    channels_ending           = { field = "channelsEnding", description = "Channels that end within half the renewal margin: their renewal has failed" }
    calendars_overdue         = { field = "overdueCalendars", description = "Calendars that were due ten minutes ago" }
    conferences_overdue       = { field = "overdueConferences", description = "Conferences that were due ten minutes ago" }
    conferences_pending       = { field = "pending", description = "Conferences that wait for a delivery, a retry or the end of a grace" }
    conferences_failing       = { field = "failing", description = "Conferences whose last delivery failed and is tried again" }
    conferences_orphaned      = { field = "orphaned", description = "Conferences without an event whose end is not told yet" }
    refused                   = { field = "refused", description = "Events and conferences of which the conference system refused the last change" }
  }
  all_distributions = merge(local.distributions, {
    for key, gauge in local.gauges : key => {
      line = "renewal-run", field = gauge.field, unit = "1", bounds = local.counts, labels = [], only = "", description = gauge.description
    }
  })
  # A gauge's value, in PromQL: the mean of the counts that fell into the window.
  gauge = {
    for key in keys(local.gauges) : key => "sum(increase(${local.promql[key]}_sum{monitored_resource=\"cloud_run_revision\"}[30m])) / sum(increase(${local.promql[key]}_count{monitored_resource=\"cloud_run_revision\"}[30m]))"
  }

  # Their names in PromQL: https://cloud.google.com/monitoring/promql/promql-mapping
  promql = {
    for key in concat(keys(local.counters), keys(local.all_distributions)) : key => "logging_googleapis_com:user_${local.metric_prefix}${key}"
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

  depends_on = [time_sleep.apis]
}

resource "google_logging_metric" "distribution" {
  for_each = local.all_distributions

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

  depends_on = [time_sleep.apis]
}
