# One page to look at first: is it fresh, is it moving, what is failing, is the ground firm. Rows of three.

locals {
  tiles = [
    { title = "Freshness: notification to delivered, 50th and 99th percentile (ms)", query = [
      "histogram_quantile(0.5, sum by (le) (rate(${local.m.freshness}_bucket{${local.on_run}}[5m])))",
      "histogram_quantile(0.99, sum by (le) (rate(${local.m.freshness}_bucket{${local.on_run}}[5m])))",
    ] },
    { title = "Found without a notification: edit to delivered, 50th and 99th percentile (ms)", query = [
      "histogram_quantile(0.5, sum by (le) (rate(${local.m.unannounced_freshness}_bucket{${local.on_run}}[5m])))",
      "histogram_quantile(0.99, sum by (le) (rate(${local.m.unannounced_freshness}_bucket{${local.on_run}}[5m])))",
    ] },
    { title = "Changes that no notification had announced (share of six hours)", query = [
      "${local.unannounced} / ${local.listed}",
    ] },

    { title = "Notifications a minute, by outcome", query = ["sum by (outcome, reason) (rate(${local.m.notifications}{${local.on_run}}[5m])) * 60"] },
    { title = "Syncs a minute, by mode and outcome", query = ["sum by (mode, outcome) (rate(${local.m.syncs}{${local.on_run}}[5m])) * 60"] },
    { title = "Changes delivered a minute, by type and outcome", query = ["sum by (type, outcome) (rate(${local.m.deliveries}{${local.on_run}}[5m])) * 60"] },

    { title = "Oldest message on each lane (s)", query = [for lane in values(local.on_lane) : "max(pubsub_googleapis_com:subscription_oldest_unacked_message_age{${lane}})"] },
    { title = "Dead letters waiting", query = ["max(pubsub_googleapis_com:subscription_num_undelivered_messages{monitored_resource=\"pubsub_subscription\",subscription_id=\"${google_pubsub_subscription.dead_letters.name}\"})"] },
    { title = "Due at a run: calendars and conferences", query = [
      "sum(rate(${local.m.due_calendars}_sum{${local.on_run}}[5m])) / sum(rate(${local.m.due_calendars}_count{${local.on_run}}[5m]))",
      "sum(rate(${local.m.due_conferences}_sum{${local.on_run}}[5m])) / sum(rate(${local.m.due_conferences}_count{${local.on_run}}[5m]))",
    ] },

    { title = "Channels an hour, by outcome, and calendars without one", query = [
      "sum by (outcome) (increase(${local.m.channels}{${local.on_run}}[1h]))",
      local.gauge.calendars_without_channel,
      local.gauge.channels_ending,
    ] },
    { title = "Calendars that changed status, and tokens rejected, an hour", query = [
      "sum by (status) (increase(${local.m.calendar_statuses}{${local.on_run}}[1h]))",
      "sum(increase(${local.m.tokens_rejected}{${local.on_run}}[1h]))",
    ] },
    { title = "Conferences pending, failing, orphaned, refused", query = [
      local.gauge.conferences_pending, local.gauge.conferences_failing, local.gauge.conferences_orphaned, local.gauge.refused,
    ] },
    { title = "Calendars: all, disconnected, unreachable, paused, without push", query = [
      local.gauge.calendars, local.gauge.calendars_disconnected, local.gauge.calendars_unreachable, local.gauge.calendars_paused, local.gauge.calendars_without_push,
    ] },
    { title = "Overdue for ten minutes: calendars and conferences", query = [local.gauge.calendars_overdue, local.gauge.conferences_overdue] },
    { title = "Orphans, write-backs, failures an hour", query = [
      "sum by (outcome) (increase(${local.m.conferences}{${local.on_run}}[1h]))",
      "sum by (outcome) (increase(${local.m.write_backs}{${local.on_run}}[1h]))",
      "sum by (where) (increase(${local.m.failures}{${local.on_run}}[1h]))",
      "sum(increase(${local.m.unreadable_records}{${local.on_run}}[1h]))",
      "sum(increase(${local.m.dead_letters}{${local.on_run}}[1h]))",
      "sum(rate(${local.m.renewals_failed}_sum{${local.on_run}}[1h])) * 3600",
    ] },

    { title = "Time a sync takes, 99th percentile, by lane (ms)", query = ["histogram_quantile(0.99, sum by (le, lane) (rate(${local.m.sync_duration}_bucket{${local.on_run}}[5m])))"] },
    { title = "Time the conference system takes, 99th percentile (ms)", query = ["histogram_quantile(0.99, sum by (le) (rate(${local.m.delivery_duration}_bucket{${local.on_run}}[5m])))"] },
    { title = "Instances of each deployment", query = ["sum by (service_name) (run_googleapis_com:container_instance_count{${local.on_run},service_name=~\"${join("|", local.logging_services)}\"})"] },
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
          # A zero is left out: Google leaves it out too, and each plan would differ in it.
          for key, value in {
            xPos   = (index % 3) * 16
            yPos   = floor(index / 3) * 14
            width  = 16
            height = 14
            widget = {
              title = tile.title
              xyChart = {
                dataSets = [
                  for query in tile.query : {
                    plotType        = "LINE"
                    targetAxis      = "Y1"
                    timeSeriesQuery = { prometheusQuery = query }
                  }
                ]
              }
            }
          } : key => value if value != 0
        }
      ]
    }
  })

  depends_on = [google_logging_metric.counter, google_logging_metric.distribution]
}
