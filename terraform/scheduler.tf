# The clock: everything that is due, and nothing that a notification asks for, begins here.

locals {
  # Long enough for a full run, short enough that a lost one is noticed within a few minutes.
  tick_deadline_s = 180
}

resource "google_cloud_scheduler_job" "tick" {
  project          = var.project_id
  region           = var.region
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
    uri         = google_cloudfunctions2_function.behind["renew-channels"].service_config[0].uri
    oidc_token {
      service_account_email = google_service_account.this["tick"].email
      audience              = google_cloudfunctions2_function.behind["renew-channels"].service_config[0].uri
    }
  }

  depends_on = [google_cloud_run_v2_service_iam_member.scheduler_ticks]
}
