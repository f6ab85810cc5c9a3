# The clock: everything that is due, and nothing that a notification asks for, begins here.

locals {
  # Long enough for a full run, short enough that a lost one is noticed within a few minutes.
  tick_deadline_s = 180
}

resource "google_cloud_scheduler_job" "tick" {
  project          = var.project_id
  region           = coalesce(var.scheduler_region, var.region)
  name             = "${var.prefix}renew-channels"
  description      = "Finds what is due, every minute"
  schedule         = "* * * * *"
  time_zone        = "Etc/UTC"
  attempt_deadline = "${local.tick_deadline_s}s"

  # The next minute is the better retry; one more attempt covers an instance that was just going down.
  retry_config {
    retry_count          = var.redelivery.scheduler_attempts_extra
    min_backoff_duration = "5s"
    max_backoff_duration = "20s"
    max_retry_duration   = "30s"
  }

  http_target {
    http_method = "POST"
    uri         = local.addresses["renew-channels"]
    oidc_token {
      service_account_email = google_service_account.this["tick-renewals"].email
      audience              = local.addresses["renew-channels"]
    }
  }

  # The first tick asks what is due, which the indexes have to answer.
  depends_on = [google_cloud_run_v2_service_iam_member.scheduler_ticks, google_firestore_index.this]
}
