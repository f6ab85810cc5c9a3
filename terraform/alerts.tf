# What wakes people. Conditions are in PromQL: a threshold condition on a log-based metric that no line has touched yet is
# refused with 404 for up to ten minutes (hashicorp/terraform-provider-google issue 11102), and one apply should be enough.
# The name of an alert is the anchor of its section in docs/runbook.md; a test compares.

locals {
  m       = local.promql
  on_run  = "monitored_resource=\"cloud_run_revision\""
  on_lane = { for lane, subscription in google_pubsub_subscription.work : lane => "monitored_resource=\"pubsub_subscription\",subscription_id=\"${subscription.name}\"" }

  # Burn rates after Google's SRE workbook, chapter 5: 2 % of a month's budget in an hour, 5 % in six hours; the short window
  # ends the alert soon after the trouble has ended.
  too_late = { for window in ["5m", "30m", "1h", "6h"] : window => join("", [
    "1 - sum(rate(${local.m.freshness}_bucket{${local.on_run},le=~\"${var.alerting.freshness.within_s * 1000}([.]0)?\"}[${window}]))",
    " / sum(rate(${local.m.freshness}_count{${local.on_run}}[${window}]))",
  ]) }
  error_budget = 1 - var.alerting.freshness.objective
  # Terraform would print a product of fractions with a hundred digits.
  burn_fast = format("%.6g", 14.4 * local.error_budget)
  burn_slow = format("%.6g", 6 * local.error_budget)

  # Counted by Cloud Run itself, so that also those are seen which never came to a line of our log.
  answered = { for what, only in { all = "", server_errors = ",response_code_class=\"5xx\"" } : what => join("", [
    "sum(increase(run_googleapis_com:request_count{${local.on_run},service_name=~\"${join("|", local.logging_services)}\"${only}}[15m]))",
  ]) }

  unannounced = "sum(increase(${local.m.unannounced}_sum{${local.on_run}}[6h]))"
  listed      = "sum(increase(${local.m.events_listed}_sum{${local.on_run}}[6h]))"

  alerts = {
    "dead-letters" = {
      severity = "ERROR"
      summary  = "Messages lie on the dead-letter topic: each is one that the worker could not read, failed at ten times by a bug, or died of."
      query    = "max(pubsub_googleapis_com:subscription_num_undelivered_messages{monitored_resource=\"pubsub_subscription\",subscription_id=\"${google_pubsub_subscription.dead_letters.name}\"}) > 0"
      duration = "0s"
    }
    "oldest-message" = {
      severity = "CRITICAL"
      summary  = "A message has waited longer than ${var.alerting.live_message_age_s} s on the live lane or ${var.alerting.upkeep_message_age_s} s on the upkeep lane."
      query = join(" or ", [
        "max(pubsub_googleapis_com:subscription_oldest_unacked_message_age{${local.on_lane.live}}) > ${var.alerting.live_message_age_s}",
        "max(pubsub_googleapis_com:subscription_oldest_unacked_message_age{${local.on_lane.upkeep}}) > ${var.alerting.upkeep_message_age_s}",
      ])
      duration = "120s"
    }
    "channels-about-to-expire" = {
      severity = "ERROR"
      summary  = "Channels end within half the renewal margin: they could not be renewed. When it is used up, their calendars get no notifications any more."
      query    = "${local.gauge.channels_ending} > 0"
      duration = "1800s"
    }
    "calendars-without-channel" = {
      severity = "WARNING"
      summary  = "Calendars that ought to have a channel have none; they are kept up to date by the short reconcile interval alone."
      query    = "${local.gauge.calendars_without_channel} > 0"
      duration = "1800s"
    }
    "overdue-work" = {
      severity = "ERROR"
      summary  = "Calendars were due ten minutes ago and nobody has looked at them: renew-channels does not keep up, or cannot move them."
      query    = "${local.gauge.calendars_overdue} > 0"
      duration = "1800s"
    }
    "renewal-run-missing" = {
      severity = "CRITICAL"
      summary  = "No run of renew-channels has ended within ten minutes. Nothing that is due gets done: reconciles, renewals, retries, ends of grace."
      query    = "(sum(increase(${local.m.renewal_runs}{${local.on_run}}[10m])) or vector(0)) < 1"
      duration = "300s"
    }
    "freshness-slo-burn" = {
      severity = "ERROR"
      summary  = "Too many edits take longer than ${var.alerting.freshness.within_s} s to reach the conference system; at this rate the month's budget is gone early."
      query = join(" or ", [
        "((${local.too_late["1h"]} > ${local.burn_fast}) and (${local.too_late["5m"]} > ${local.burn_fast}))",
        "((${local.too_late["6h"]} > ${local.burn_slow}) and (${local.too_late["30m"]} > ${local.burn_slow}))",
      ])
      duration = "0s"
    }
    "failed-bindings" = {
      severity = "WARNING"
      summary  = "The conference system refused changes, or failed at them for three days. Their conferences stay as they were until the event changes again or somebody retries."
      query = join(" or ", [
        "sum(increase(${local.m.deliveries}{${local.on_run},outcome=\"refused\"}[15m])) > 0",
        "sum(increase(${local.m.deliveries}{${local.on_run},outcome=\"gave-up\"}[15m])) > 0",
        "sum(increase(${local.m.deliveries}{${local.on_run},outcome=\"unknown-conference\",type!=\"conference.cancelled\"}[15m])) > 0",
      ])
      duration = "0s"
    }
    "conference-system-unavailable" = {
      severity = "CRITICAL"
      summary  = "For a quarter of an hour no change was delivered, and deliveries failed. Changes stay pending and are retried for three days."
      query    = "(sum(increase(${local.m.deliveries}{${local.on_run},outcome=\"transient\"}[15m])) > 0) unless (sum(increase(${local.m.deliveries}{${local.on_run},outcome=\"done\"}[15m])) > 0)"
      duration = "300s"
    }
    "conference-key-refused" = {
      severity = "CRITICAL"
      summary  = "The conference system answers 401 or 403: it does not take our key (CONFERENCE_WEBHOOK_SECRET). Changes stay pending and are retried for three days."
      query    = "sum(increase(${local.m.deliveries}{${local.on_run},outcome=\"key-refused\"}[15m])) > 2"
      duration = "0s"
    }
    "conference-endpoint-gone" = {
      severity = "CRITICAL"
      summary  = "The conference system answered a bare 410: it wants no more deliveries, and they pause."
      query    = "sum(increase(${local.m.deliveries}{${local.on_run},outcome=\"endpoint-gone\"}[15m])) > 0"
      duration = "0s"
    }
    "disconnected-calendars" = {
      severity = "WARNING"
      summary  = "Google refuses access to calendars that it granted before: a delegation was changed, a token revoked, a user removed."
      query    = "sum(increase(${local.m.calendar_statuses}{${local.on_run},status=\"disconnected\"}[15m])) > 0"
      duration = "0s"
    }
    "push-path-dying" = {
      severity = "WARNING"
      summary  = "More than ${floor(var.alerting.reconcile_share * 100)} % of the changed events of six hours were found by reconciles, and no notification had announced them."
      query = join(" and ", [
        "(${local.unannounced} / ${local.listed} > ${var.alerting.reconcile_share})",
        "(${local.unannounced} > ${var.alerting.reconcile_share_counts})",
      ])
      duration = "1800s"
    }
    "notifications-not-queued" = {
      severity = "CRITICAL"
      summary  = "The receiver could not reach Pub/Sub and asked Google to send notifications again."
      query    = "sum(increase(${local.m.notifications}{${local.on_run},outcome=\"queue-unavailable\"}[5m])) > 0"
      duration = "300s"
    }
    "unexpected-failures" = {
      severity = "ERROR"
      summary  = "Something failed that the code has no word for: a bug, or a store that cannot be reached."
      query    = "sum(increase(${local.m.failures}{${local.on_run}}[15m])) > 0"
      duration = "0s"
    }
    "crashes" = {
      severity = "ERROR"
      summary  = "A process of ours ended by an error that nothing in the code caught, with every request that it had under way."
      query    = "sum(increase(${local.m.crashes}{${local.on_run}}[15m])) > 0"
      duration = "0s"
    }
    "server-errors" = {
      severity = "CRITICAL"
      summary  = "More than one request in twenty was answered with a 5xx for a quarter of an hour: by our code, by the framework before it, or by Cloud Run because no instance would start."
      query    = "(${local.answered.server_errors} > 10) and (${local.answered.server_errors} / ${local.answered.all} > 0.05)"
      duration = "0s"
    }
    "unreadable-records" = {
      severity = "WARNING"
      summary  = "Stored documents could not be read and were set aside; their calendars or conferences stand still."
      query    = "sum(increase(${local.m.unreadable_records}{${local.on_run}}[1h])) > 0"
      duration = "0s"
    }
  }
}

resource "google_monitoring_alert_policy" "this" {
  for_each = local.alerts

  project               = var.project_id
  display_name          = "${var.prefix}conference-sync: ${each.key}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = each.value.severity == "CRITICAL" ? var.alerting.notification_channels.page : var.alerting.notification_channels.ticket
  user_labels           = var.labels

  conditions {
    display_name = each.key
    condition_prometheus_query_language {
      query                     = each.value.query
      duration                  = each.value.duration
      evaluation_interval       = "60s"
      disable_metric_validation = true
    }
  }

  alert_strategy {
    auto_close = "86400s"
  }

  documentation {
    subject   = "${var.prefix}conference-sync: ${each.key}"
    mime_type = "text/markdown"
    content   = "${each.value.summary}\n\nWhat to do: ${var.alerting.runbook_url}#${each.key}"
    links {
      display_name = "Runbook: ${each.key}"
      url          = "${var.alerting.runbook_url}#${each.key}"
    }
  }

  # An alert that nothing has run is true until the clock ticks, and a run fails until the indexes are built: alerts come last.
  depends_on = [
    google_cloud_scheduler_job.tick,
    google_firestore_index.this,
    google_logging_metric.counter,
    google_logging_metric.distribution,
    google_pubsub_subscription.work,
  ]
}
