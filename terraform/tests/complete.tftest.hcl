# A whole installation against a mocked provider: what one apply makes. The policy tests read this run's plan and state too.

mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
  mock_resource "google_service_account" {
    defaults = {
      id     = "projects/example-project/serviceAccounts/mocked@example-project.iam.gserviceaccount.com"
      name   = "projects/example-project/serviceAccounts/mocked@example-project.iam.gserviceaccount.com"
      member = "serviceAccount:mocked@example-project.iam.gserviceaccount.com"
    }
  }
}

mock_provider "google-beta" {
  mock_resource "google_project_service_identity" {
    defaults = { member = "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com" }
  }
}

mock_provider "time" {}

# A postcondition holds the addresses that Google gives out to those that the module computes.
override_resource {
  target = google_cloudfunctions2_function.receiver
  values = { service_config = { uri = "https://receive-notification-abcdefghij-ew.a.run.app" } }
}
override_resource {
  target = google_cloudfunctions2_function.behind["sync-calendar-live"]
  values = { service_config = { uri = "https://sync-calendar-live-abcdefghij-ew.a.run.app" } }
}
override_resource {
  target = google_cloudfunctions2_function.behind["sync-calendar-upkeep"]
  values = { service_config = { uri = "https://sync-calendar-upkeep-abcdefghij-ew.a.run.app" } }
}
override_resource {
  target = google_cloudfunctions2_function.behind["renew-channels"]
  values = { service_config = { uri = "https://renew-channels-abcdefghij-ew.a.run.app" } }
}
override_resource {
  target = google_cloudfunctions2_function.behind["manage-calendars"]
  values = { service_config = { uri = "https://manage-calendars-abcdefghij-ew.a.run.app" } }
}

override_resource {
  target = google_cloudfunctions2_function.behind["connect-calendars"]
  values = { service_config = { uri = "https://connect-calendars-abcdefghij-ew.a.run.app" } }
}

variables {
  project_id = "example-project"
  region     = "europe-west1"
  # Any file will do where nothing is uploaded.
  archive = "versions.tf"

  conference = {
    webhook_url       = "https://conference.example.com/changes"
    solution_names    = ["My Web Conference", "My Recorded Web Conference"]
    entry_point_hosts = ["conference.example.com"]
    cancel_grace_s    = 30
    delivery_retry_s  = [5, 60]
  }

  alerting = {
    runbook_url           = "https://git.example.com/docs/runbook.md"
    notification_channels = { page = ["projects/example-project/notificationChannels/1"] }
    freshness             = { slo = true }
  }

  access = {
    managers  = ["serviceAccount:addon@example-project.iam.gserviceaccount.com"]
    operators = ["group:oncall@example.com"]
  }

  calendar = {
    auth                     = "delegation,oauth"
    delegation_domains       = ["example.com"]
    oauth_client_id          = "1234.apps.googleusercontent.com"
    channel_ttl_s            = 172800
    channel_renewal_margin_s = 86400
    full_sync_past_days      = 1
    lease_s                  = 120
    reconcile_interval_s     = 21600
    reconcile_unproven_s     = 900
  }

  connect = { return_hosts = ["app.example.com"] }

  secrets = {
    channel_token_keys        = { version = "3" }
    conference_webhook_secret = { version = "2" }
    connection_keys           = { version = "1" }
    oauth_client_secret       = { version = "1" }
  }
  secret_values = {}
}

run "plan" {
  command = plan

  assert {
    condition     = length(google_cloudfunctions2_function.behind) == 5
    error_message = "There are six deployments: the receiver and five behind it."
  }
  assert {
    condition = {
      for name, function in google_cloudfunctions2_function.behind : name => function.build_config[0].entry_point
      } == {
      "sync-calendar-live"   = "syncCalendar"
      "sync-calendar-upkeep" = "syncCalendar"
      "renew-channels"       = "renewChannels"
      "manage-calendars"     = "manageCalendars"
      "connect-calendars"    = "connectCalendars"
    }
    error_message = "Each deployment starts its own function."
  }
  assert {
    condition     = google_pubsub_topic.work.message_retention_duration == "604800s"
    error_message = "Without retention on the topic nothing can be replayed."
  }
  assert {
    condition = alltrue([
      for lane, subscription in google_pubsub_subscription.work :
      subscription.filter == "attributes.lane = \"${lane}\"" && subscription.ack_deadline_seconds == 600 &&
      subscription.expiration_policy[0].ttl == "" && subscription.enable_message_ordering == null &&
      subscription.dead_letter_policy[0].max_delivery_attempts == 100
    ])
    error_message = "Both push subscriptions are filtered by lane, unordered, never expire and have a net below."
  }
  assert {
    condition = {
      for name in ["sync-calendar-live", "sync-calendar-upkeep"] :
      name => google_cloudfunctions2_function.behind[name].service_config[0].environment_variables["SYNC_TIME_BUDGET_SECONDS"]
    } == { "sync-calendar-live" = "60", "sync-calendar-upkeep" = "480" }
    error_message = "The lanes differ by their time budget."
  }
  assert {
    condition     = google_cloud_scheduler_job.tick.schedule == "* * * * *" && google_cloud_scheduler_job.tick.attempt_deadline == "180s"
    error_message = "The clock ticks each minute, and a run may take three."
  }
  assert {
    condition     = google_firestore_database.this[0].deletion_policy == "PREVENT" && google_firestore_database.this[0].delete_protection_state == "DELETE_PROTECTION_ENABLED"
    error_message = "Nobody destroys the database by accident."
  }
  assert {
    condition     = length(google_secret_manager_secret_version.written) == 0
    error_message = "Where versions are given, Terraform writes none."
  }
  assert {
    condition     = google_storage_bucket_object.archive.name == "functions-${substr(filesha256("versions.tf"), 0, 16)}.zip"
    error_message = "The archive's name says what is in it, so that a new one is deployed."
  }
}

run "apply" {
  command = apply

  # What is guarded refuses to go, at the end of this test too.
  variables {
    firestore = { deletion_protection = false }
  }

  assert {
    condition     = google_pubsub_subscription_iam_member.agent_hands_on["live"].member == "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
    error_message = "Pub/Sub's own account hands dead letters on."
  }
  assert {
    condition = alltrue([
      for lane, name in { live = "sync-calendar-live", upkeep = "sync-calendar-upkeep" } :
      google_pubsub_subscription.work[lane].push_config[0].push_endpoint == "https://${name}-123456789012.europe-west1.run.app" &&
      google_pubsub_subscription.work[lane].push_config[0].oidc_token[0].audience == google_pubsub_subscription.work[lane].push_config[0].push_endpoint &&
      google_pubsub_subscription.work[lane].push_config[0].oidc_token[0].service_account_email == google_service_account.this["push-work"].email
    ])
    error_message = "Each lane is pushed to its own deployment, signed for just that."
  }
  assert {
    condition     = google_cloudfunctions2_function.behind["renew-channels"].service_config[0].environment_variables["RECEIVER_URL"] == "https://receive-notification-123456789012.europe-west1.run.app"
    error_message = "Who opens channels knows where they lead."
  }
  assert {
    condition     = output.delegation_client_id == google_service_account.this["act-as-users"].unique_id
    error_message = "The administrator is told which ID to authorise."
  }
  assert {
    condition     = google_monitoring_slo.freshness["conference-sync"].request_based_sli[0].distribution_cut[0].range[0].max == 30000
    error_message = "The SLO measures what the alert measures."
  }
}
