# What wakes people; the table in docs/runbook.md says of each alert whom, why and when it keeps quiet, and test/alerts plays nights over it.
# Conditions are in PromQL: a threshold condition on a log-based metric that no line has touched yet is refused with 404 for up to ten
# minutes (hashicorp/terraform-provider-google issue 11102), and one apply should be enough. The name of an alert is the anchor of its
# section in docs/runbook.md; a test compares.

locals {
  m       = local.promql
  on_run  = "monitored_resource=\"cloud_run_revision\""
  on_lane = { for lane, subscription in google_pubsub_subscription.work : lane => "monitored_resource=\"pubsub_subscription\",subscription_id=\"${subscription.name}\"" }

  # How many lines of a kind the log had within a window.
  counted = { for name, lines in {
    delivered_30m      = ["deliveries", "outcome=\"done\"", "30m"]
    failed_30m         = ["deliveries", "outcome=\"transient\"", "30m"]
    key_refused_30m    = ["deliveries", "outcome=\"key-refused\"", "30m"]
    endpoint_gone_30m  = ["deliveries", "outcome=\"endpoint-gone\"", "30m"]
    refused_6h         = ["deliveries", "outcome=~\"refused|gave-up\"", "6h"]
    unknown_6h         = ["deliveries", "outcome=\"unknown-conference\",type!=\"conference.cancelled\"", "6h"]
    notices_refused_6h = ["notices", "outcome!~\"done|transient\"", "6h"]
    notices_failed_90m = ["notices", "outcome=\"transient\"", "90m"]
    late_30m           = ["late", "", "30m"]
    late_1h            = ["late", "", "1h"]
    late_6h            = ["late", "", "6h"]
    synced_30m         = ["syncs", "outcome=\"synced\"", "30m"]
    postponed_30m      = ["syncs", "outcome=\"postponed\"", "30m"]
    over_quota_30m     = ["syncs", "outcome=\"postponed\",reason=\"RateLimited\"", "30m"]
    live_syncs_30m     = ["syncs", "lane=\"live\"", "30m"]
    notified_30m       = ["notifications", "outcome=\"accepted\"", "30m"]
    notified_2h        = ["notifications", "", "2h"]
    bad_token_30m      = ["notifications", "outcome=\"refused\",reason=\"bad-token\"", "30m"]
    not_queued_30m     = ["notifications", "outcome=\"queue-unavailable\"", "30m"]
    channels_opened_2h = ["channels", "outcome=\"opened\"", "2h"]
    disconnected_1h    = ["calendar_statuses", "status=\"disconnected\"", "1h"]
    renewal_runs_10m   = ["renewal_runs", "", "10m"]
    failures_1h        = ["failures", "", "1h"]
    crashes_1h         = ["crashes", "", "1h"]
    unreadable_1h      = ["unreadable_records", "", "1h"]
  } : name => "sum(increase(${local.m[lines[0]]}{${join(",", compact([local.on_run, lines[1]]))}}[${lines[2]}]))" }
  # The same of values: how many there were, or their sum.
  delivered_in = { for window in ["1h", "6h"] : window => "sum(increase(${local.m.freshness}_count{${local.on_run}}[${window}]))" }
  summed_6h    = { for key in ["unnotified", "events_listed"] : key => "sum(increase(${local.m[key]}_sum{${local.on_run}}[6h]))" }

  # Counted by Cloud Run itself, so that also those are seen which never came to a line of our log. Each function is judged by itself: beside
  # the receiver's answers to all of Google's notifications, those of a function that answers nothing but errors would not be seen.
  running = { for whose, names in {
    all        = join("|", concat(["receive-notification"], keys(local.behind)))
    live_edits = "sync-calendar-live|renew-channels"
    clock      = "renew-channels"
  } : whose => "${local.on_run},service_name=~\"${var.prefix}(${names})\"" }
  server_errors = { for whose, service in local.running : whose =>
    "sum by(service_name)(increase(run_googleapis_com:request_count{${service},response_code_class=\"5xx\"}[15m]))"
  }
  # Where our functions answer with errors, that is the page; what follows from it wakes nobody a second time. What keeps the others quiet is
  # the very condition that pages, or a trickle of errors would keep both quiet. (An edit waits for the database too, of which renew-channels
  # tells where the live worker is asked too seldom.)
  failing = { for whose, errors in local.server_errors : whose =>
    "((${errors} > 10) * 20 > sum by(service_name)(increase(run_googleapis_com:request_count{${local.on_run}}[15m])))"
  }

  # Burn rates after Google's SRE workbook, chapter 5: 2 % of a month's budget in an hour, 5 % in six hours. Something has to have been late
  # lately too, so that the alert ends soon after the trouble; until then the worst of half an hour counts, so that it does not begin again
  # and again. Terraform would print a product of fractions with a hundred digits.
  burn_fast     = format("%.6g", 14.4 * (1 - var.alerting.freshness.objective))
  burn_slow     = format("%.6g", 6 * (1 - var.alerting.freshness.objective))
  of_six_hours  = format("%.6g", var.alerting.reconcile_share)
  oldest_s      = { for lane, on_lane in local.on_lane : lane => "max(pubsub_googleapis_com:subscription_oldest_unacked_message_age{${on_lane}})" }
  most_attempts = { for what in ["failed", "key_refused", "endpoint_gone"] : what => "${local.counted["${what}_30m"]} > clamp_min(${local.counted.delivered_30m} or vector(0), 14)" }

  alerts = {
    "conference-system-unavailable" = {
      severity = "CRITICAL"
      summary  = "Most deliveries of half an hour failed for passing reasons, and more than one conference can fail by itself. Changes stay pending and are retried for three days."
      query    = local.most_attempts.failed
      duration = "300s"
    }
    "conference-key-refused" = {
      severity = "CRITICAL"
      summary  = "The conference system answers 401 or 403: it does not take our key (CONFERENCE_WEBHOOK_SECRET). Changes stay pending and are retried for three days."
      query    = local.most_attempts.key_refused
      duration = "0s"
    }
    "conference-endpoint-gone" = {
      severity = "CRITICAL"
      summary  = "The conference system answers a bare 410: it wants no more deliveries, and they pause."
      query    = local.most_attempts.endpoint_gone
      duration = "0s"
    }
    "calendars-not-read" = {
      severity = "CRITICAL"
      summary  = "Most listings of half an hour were put off: Google Calendar is down, its quota is used up, or our own account may not act for users. The reason is in the lines of the syncs."
      query    = "${local.counted.postponed_30m} > clamp_min(${local.counted.synced_30m} or vector(0), 14)"
      duration = "300s"
    }
    "server-errors" = {
      severity = "CRITICAL"
      summary  = "A function answered more than one request in twenty with a 5xx for a quarter of an hour: by our code, by the framework before it, or by Cloud Run because no instance would start."
      query    = "max${local.failing.all}"
      duration = "0s"
    }
    "oldest-message" = {
      severity = "CRITICAL"
      summary  = "A person's edit has waited longer than ${var.alerting.live_message_age_s} s on the live lane, and the workers answer without errors."
      query    = "pubsub_googleapis_com:subscription_oldest_unacked_message_age{${local.on_lane.live}} > ${var.alerting.live_message_age_s} unless on()${local.failing.live_edits}"
      duration = "300s"
    }
    "live-lane-dead" = {
      severity = "CRITICAL"
      summary  = "Notifications were queued for half an hour and the live worker was given none, and none waits: its subscription is gone."
      query    = "${local.counted.notified_30m} > 9 unless ${local.counted.live_syncs_30m} > 0 unless ${local.oldest_s.live} > ${var.alerting.live_message_age_s}"
      duration = "0s"
    }
    "notifications-refused" = {
      severity = "CRITICAL"
      summary  = "Most notifications of half an hour were refused for their token: the key ring CHANNEL_TOKEN_KEYS has lost the key that channels were opened with."
      query    = "${local.counted.bad_token_30m} > clamp_min(${local.counted.notified_30m} or vector(0), 9)"
      duration = "0s"
    }
    "receiver-unreachable" = {
      severity = "CRITICAL"
      summary  = "Channels were opened, Google confirms each by a notification, and none came to the receiver in two hours: its door is shut."
      query    = "${local.counted.channels_opened_2h} > 4 unless ${local.counted.notified_2h} > 0"
      duration = "0s"
    }
    "renewal-run-missing" = {
      severity = "CRITICAL"
      summary  = "No run of renew-channels has ended within ten minutes. Nothing that is due gets done: reconciles, renewals, retries, ends of grace."
      query    = "(${local.counted.renewal_runs_10m} or vector(0)) < 1 unless on()${local.failing.clock}"
      duration = "300s"
    }

    "freshness-slo-burn" = {
      severity = "ERROR"
      summary  = "In an hour too many changes took longer than ${var.alerting.freshness.within_s} s from their notification to the conference system; at this rate the month's budget is gone in two days."
      query    = "max_over_time(${local.counted.late_1h}[30m:1m]) > clamp_min(${local.burn_fast} * ${local.delivered_in["1h"]}, 9) and ${local.counted.late_30m} > 0"
      duration = "0s"
    }
    "freshness-slo-leak" = {
      severity = "WARNING"
      summary  = "In six hours too many changes took longer than ${var.alerting.freshness.within_s} s from their notification to the conference system; at this rate the month's budget is gone in five days."
      query    = "${local.counted.late_6h} > clamp_min(${local.burn_slow} * ${local.delivered_in["6h"]}, 19) and ${local.counted.late_30m} > 0"
      duration = "0s"
    }
    "conferences-failing" = {
      severity = "WARNING"
      summary  = "For two hours there have been conferences whose last delivery failed. Each is tried again for three days."
      query    = "${local.gauge.conferences_failing} > 0"
      duration = "7200s"
    }
    "failed-bindings" = {
      severity = "WARNING"
      summary  = "The conference system refused changes, or failed at them for three days, or will not hear of calendars. Their conferences stay as they were until the event changes again or somebody retries."
      query    = "${local.counted.refused_6h} > 0 or ${local.counted.unknown_6h} > 0 or ${local.counted.notices_refused_6h} > 0"
      duration = "0s"
    }
    # A notice that fails is tried again within 66 minutes, so that one which goes on failing leaves no gap in the window.
    "notices-failing" = {
      severity = "WARNING"
      summary  = "For more than an hour and a half messages about calendars have failed. Each is tried again for as long as it takes, and until then nobody there knows which users must connect anew."
      query    = "${local.counted.notices_failed_90m} > 0"
      duration = "10800s"
    }
    "quota-exhausted" = {
      severity = "ERROR"
      summary  = "Google put listings off because a quota of the Calendar API is used up. Edits arrive late until there is more of it."
      query    = "${local.counted.over_quota_30m} > 9"
      duration = "0s"
    }
    "upkeep-behind" = {
      severity = "ERROR"
      summary  = "A message has waited longer than ${var.alerting.upkeep_message_age_s} s on the upkeep lane: retries and reconciles are late, people's edits are not."
      query    = "${local.oldest_s.upkeep} > ${var.alerting.upkeep_message_age_s}"
      duration = "300s"
    }
    "overdue-work" = {
      severity = "ERROR"
      summary  = "Calendars were due ten minutes ago and nobody has looked at them: renew-channels does not keep up, or cannot move them."
      query    = "${local.gauge.calendars_overdue} > 0"
      duration = "1800s"
    }
    "notifications-not-queued" = {
      severity = "ERROR"
      summary  = "The receiver could not reach Pub/Sub, or its topic is gone, and it asked Google to send notifications again."
      query    = "${local.counted.not_queued_30m} > 4"
      duration = "0s"
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
    "push-path-dying" = {
      severity = "WARNING"
      summary  = "More than ${floor(var.alerting.reconcile_share * 100)} % of the changed events of six hours were found by reconciles, and no notification had told of them."
      query    = "${local.summed_6h.unnotified} > clamp_min(${local.of_six_hours} * ${local.summed_6h.events_listed}, ${var.alerting.reconcile_share_counts})"
      duration = "1800s"
    }
    "disconnected-calendars" = {
      severity = "WARNING"
      summary  = "Google refuses access to several calendars that it granted before: a delegation was changed, or many users were removed."
      query    = "${local.counted.disconnected_1h} > 4"
      duration = "0s"
    }
    "dead-letters" = {
      severity = "ERROR"
      summary  = "Messages lie on the dead-letter topic: each is one that the worker could not read, failed at ten times by a bug, died of, or had no database for in a hundred deliveries."
      query    = "max(pubsub_googleapis_com:subscription_num_undelivered_messages{monitored_resource=\"pubsub_subscription\",subscription_id=\"${google_pubsub_subscription.dead_letters.name}\"}) > 0"
      duration = "0s"
    }
    "unexpected-failures" = {
      severity = "ERROR"
      summary  = "Something failed that the code has no word for: a bug, or a store that cannot be reached."
      query    = "${local.counted.failures_1h} > 2"
      duration = "0s"
    }
    "crashes" = {
      severity = "ERROR"
      summary  = "A process of ours ended by an error that nothing in the code caught, with every request that it had under way."
      query    = "${local.counted.crashes_1h} > 0"
      duration = "0s"
    }
    "unreadable-records" = {
      severity = "WARNING"
      summary  = "Stored documents could not be read and were set aside; their calendars or conferences stand still."
      query    = "${local.counted.unreadable_1h} > 0"
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
