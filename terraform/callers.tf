# Who may call which function.
#
# The invoker's role belongs on the Cloud Run service underneath; on the function it is refused
# (hashicorp/terraform-provider-google issues 15264 and 20320). A function that is replaced takes the grants on its service with it,
# so each is made again with it.

# Google Calendar signs in with nothing, so the door is open; the channel token is what is checked behind it.
resource "google_cloud_run_v2_service_iam_member" "anyone_notifies" {
  for_each = toset(var.receiver.open_to_all ? ["allUsers"] : [])

  project  = var.project_id
  location = var.region
  name     = google_cloudfunctions2_function.receiver.name
  role     = "roles/run.invoker"
  member   = each.key

  lifecycle {
    replace_triggered_by = [google_cloudfunctions2_function.receiver.id]
  }
}

# Browsers have no identity either; the signed link is what is checked behind the door.
resource "google_cloud_run_v2_service_iam_member" "anyone_connects" {
  for_each = toset(var.connect == null ? [] : var.connect.open_to_all ? ["allUsers"] : [])

  project  = var.project_id
  location = var.region
  name     = google_cloudfunctions2_function.behind["connect-calendars"].name
  role     = "roles/run.invoker"
  member   = each.key

  lifecycle {
    replace_triggered_by = [google_cloudfunctions2_function.behind["connect-calendars"].id]
  }
}

resource "google_cloud_run_v2_service_iam_member" "pubsub_pushes" {
  for_each = local.workers

  project  = var.project_id
  location = var.region
  name     = google_cloudfunctions2_function.behind[each.key].name
  role     = "roles/run.invoker"
  member   = google_service_account.this["push-work"].member

  lifecycle {
    replace_triggered_by = [google_cloudfunctions2_function.behind[each.key].id]
  }
}

resource "google_cloud_run_v2_service_iam_member" "scheduler_ticks" {
  project  = var.project_id
  location = var.region
  name     = google_cloudfunctions2_function.behind["renew-channels"].name
  role     = "roles/run.invoker"
  member   = google_service_account.this["tick-renewals"].member

  lifecycle {
    replace_triggered_by = [google_cloudfunctions2_function.behind["renew-channels"].id]
  }
}

resource "google_cloud_run_v2_service_iam_member" "people_manage" {
  for_each = setunion(var.access.managers, var.access.operators)

  project  = var.project_id
  location = var.region
  name     = google_cloudfunctions2_function.behind["manage-calendars"].name
  role     = "roles/run.invoker"
  member   = each.key

  lifecycle {
    replace_triggered_by = [google_cloudfunctions2_function.behind["manage-calendars"].id]
  }
}
