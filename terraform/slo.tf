# The freshness objective as an SLO of Cloud Monitoring, which draws its budget. The alert on its burn does not need it and is
# made at once; the SLO names a metric that has to exist, so it is a second step (alerting.freshness.slo).

resource "google_monitoring_custom_service" "this" {
  for_each = var.alerting.freshness.slo ? toset(["conference-sync"]) : toset([])

  project      = var.project_id
  service_id   = "${var.prefix}${each.key}"
  display_name = "${var.prefix}${each.key}"
  user_labels  = var.labels
}

resource "google_monitoring_slo" "freshness" {
  for_each = google_monitoring_custom_service.this

  project             = var.project_id
  service             = each.value.service_id
  slo_id              = "freshness"
  display_name        = "${var.alerting.freshness.objective * 100} % of edits applied within ${var.alerting.freshness.within_s} s"
  goal                = var.alerting.freshness.objective
  rolling_period_days = 28
  user_labels         = var.labels

  request_based_sli {
    distribution_cut {
      distribution_filter = "metric.type=\"logging.googleapis.com/user/${local.metric_prefix}freshness\" AND resource.type=\"cloud_run_revision\""
      range {
        max = var.alerting.freshness.within_s * 1000
      }
    }
  }
}
