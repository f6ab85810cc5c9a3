# One page to look at first. Rows of three: is the customer served, what waits, who is there, what fails, what moves, what it costs. Each line has a name,
# each chart a unit, and the thresholds of the alerts are drawn in.

locals {
  # Two of a distribution, with their names.
  quantiles = { for key in ["freshness", "unnotified_freshness", "delivery_duration", "sync_duration"] : key => {
    for name, share in { "half within" = 0.5, "99 % within" = 0.99 } :
    name => "histogram_quantile(${share}, sum by (le) (rate(${local.m[key]}_bucket{${local.on_run}}[5m])))"
  } }
  each_minute = { for key, by in {
    notifications = "outcome, reason"
    syncs         = "outcome, reason"
    deliveries    = "outcome"
  } : key => "sum by (${by}) (rate(${local.m[key]}{${local.on_run}}[5m])) * 60" }
  each_hour = { for key, by in {
    calendar_statuses  = "status"
    channels           = "outcome"
    conferences        = "outcome"
    notices            = "outcome"
    failures           = "where"
    write_backs        = "outcome"
    crashes            = ""
    dead_letters       = ""
    tokens_rejected    = ""
    unreadable_records = ""
  } : key => "sum${by == "" ? "" : " by (${by})"} (increase(${local.m[key]}{${local.on_run}}[1h]))" }
  dead_letters = "max(pubsub_googleapis_com:subscription_num_undelivered_messages{monitored_resource=\"pubsub_subscription\",subscription_id=\"${google_pubsub_subscription.dead_letters.name}\"})"
  in_database  = "monitored_resource=\"firestore.googleapis.com/Database\",database_id=\"${time_sleep.database.triggers["name"]}\""

  # `lines` is named as the legend shows them; what stands in braces there is a label of the line.
  tiles = [
    {
      title      = "Served: notification to delivered", unit = "ms", lines = local.quantiles.freshness
      thresholds = { "the promise" = var.alerting.freshness.within_s * 1000 }
    },
    {
      title      = "Served: late changes in an hour", unit = "changes"
      lines      = { "late" = local.counted.late_1h, "delivered" = local.delivered_in["1h"] }
      thresholds = { "freshness-slo-burn, at least" = 9 }
    },
    { title = "Served: deliveries, a minute", unit = "changes", lines = { "{{outcome}}" = local.each_minute.deliveries }, thresholds = {} },

    {
      title = "Waits: oldest message of a lane", unit = "s"
      lines = local.oldest_s
      thresholds = {
        "oldest-message" = var.alerting.live_message_age_s
        "upkeep-behind"  = var.alerting.upkeep_message_age_s
      }
    },
    {
      title = "Waits: conferences", unit = "conferences"
      lines = {
        "pending" = local.gauge.conferences_pending, "failing" = local.gauge.conferences_failing, "orphaned" = local.gauge.conferences_orphaned
        "refused" = local.gauge.refused, "overdue" = local.gauge.conferences_overdue
      }
      thresholds = {}
    },
    {
      title = "Waits: calendars due, and dead letters", unit = "calendars, letters"
      lines = {
        "due at a run" = "sum(rate(${local.m.due_calendars}_sum{${local.on_run}}[5m])) / sum(rate(${local.m.due_calendars}_count{${local.on_run}}[5m]))"
        "overdue"      = local.gauge.calendars_overdue, "dead letters" = local.dead_letters
      }
      thresholds = {}
    },

    { title = "Moves: notifications, a minute", unit = "notifications", lines = { "{{outcome}} {{reason}}" = local.each_minute.notifications }, thresholds = {} },
    { title = "Moves: syncs, a minute", unit = "syncs", lines = { "{{outcome}} {{reason}}" = local.each_minute.syncs }, thresholds = {} },
    {
      title      = "Moves: found without a notification, of the events of six hours", unit = "share"
      lines      = { "unnotified" = "${local.summed_6h.unnotified} / ${local.summed_6h.events_listed}" }
      thresholds = { "push-path-dying" = var.alerting.reconcile_share }
    },

    {
      title = "Fleet: calendars", unit = "calendars"
      lines = {
        "all"          = local.gauge.calendars, "paused" = local.gauge.calendars_paused, "disconnected" = local.gauge.calendars_disconnected
        "unreachable"  = local.gauge.calendars_unreachable, "without push" = local.gauge.calendars_without_push, "without channel" = local.gauge.calendars_without_channel
        "channel ends" = local.gauge.channels_ending
      }
      thresholds = {}
    },
    {
      title = "Fleet: channels and statuses, an hour", unit = "calendars"
      lines = {
        "channel {{outcome}}" = local.each_hour.channels, "now {{status}}" = local.each_hour.calendar_statuses
        "token rejected"      = local.each_hour.tokens_rejected
      }
      thresholds = {}
    },
    { title = "Fleet: found without a notification, edit to delivered", unit = "ms", lines = local.quantiles.unnotified_freshness, thresholds = {} },

    {
      title = "Fails: unexpected, an hour", unit = "times"
      lines = {
        "{{where}}"      = local.each_hour.failures, "crash" = local.each_hour.crashes, "unreadable" = local.each_hour.unreadable_records
        "put aside"      = local.each_hour.dead_letters, "server errors of 15 minutes, {{service_name}}" = local.server_errors.all
        "not brought on" = "sum(rate(${local.m.renewals_failed}_sum{${local.on_run}}[1h])) * 3600"
      }
      thresholds = { "unexpected-failures" = 2, "server-errors, at least" = 10 }
    },
    {
      title      = "Fails: conferences and write-backs, an hour", unit = "times"
      lines      = { "conference {{outcome}}" = local.each_hour.conferences, "write-back {{outcome}}" = local.each_hour.write_backs, "calendar notice {{outcome}}" = local.each_hour.notices }
      thresholds = {}
    },
    {
      title = "Fails: time that others take", unit = "ms"
      lines = merge(
        { for name, query in local.quantiles.delivery_duration : "conference system, ${name}" => query },
        { for name, query in local.quantiles.sync_duration : "sync, ${name}" => query },
      )
      thresholds = {}
    },

    {
      title = "Costs: database operations, a minute", unit = "documents"
      lines = { for name in ["read", "write", "delete"] :
      name => "sum(rate(firestore_googleapis_com:document_${name}_ops_count{${local.in_database}}[5m])) * 60" }
      thresholds = {}
    },
    {
      title      = "Costs: billable instance seconds, a minute", unit = "s"
      lines      = { "{{service_name}}" = "sum by (service_name) (rate(run_googleapis_com:container_billable_instance_time{${local.running.all}}[5m])) * 60" }
      thresholds = {}
    },
    {
      title      = "Costs: instances", unit = "instances"
      lines      = { "{{service_name}}" = "sum by (service_name) (run_googleapis_com:container_instance_count{${local.running.all}})" }
      thresholds = {}
    },
  ]
}

resource "google_monitoring_dashboard" "this" {
  project = var.project_id
  dashboard_json = jsonencode({
    displayName = "${var.prefix}conference-sync"
    mosaicLayout = {
      columns = 48
      tiles = [
        for index, tile in local.tiles : {
          # A zero or an empty list is left out: Google leaves it out too, and each plan would differ in it.
          for key, value in {
            xPos   = (index % 3) * 16
            yPos   = floor(index / 3) * 14
            width  = 16
            height = 14
            widget = {
              title = "${tile.title} (${tile.unit})"
              xyChart = {
                for part, content in {
                  dataSets = [
                    for name, query in tile.lines : {
                      plotType        = "LINE"
                      targetAxis      = "Y1"
                      legendTemplate  = name
                      timeSeriesQuery = { prometheusQuery = query }
                    }
                  ]
                  thresholds = [for name, limit in tile.thresholds : { label = name, value = limit, targetAxis = "Y1" }]
                  yAxis      = { label = tile.unit, scale = "LINEAR" }
                } : part => content if part != "thresholds" || length(tile.thresholds) > 0
              }
            }
          } : key => value if value != 0
        }
      ]
    }
  })

  depends_on = [google_logging_metric.counter, google_logging_metric.distribution]
}
