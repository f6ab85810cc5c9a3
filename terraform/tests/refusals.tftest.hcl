# What the module refuses, one run for each reason.

mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
  mock_resource "google_service_account" {
    defaults = { member = "serviceAccount:mocked@example-project.iam.gserviceaccount.com" }
  }
}

mock_provider "google-beta" {
  mock_resource "google_project_service_identity" {
    defaults = { member = "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com" }
  }
}

mock_provider "time" {}

variables {
  project_id = "example-project"
  region     = "europe-west1"
  archive    = "versions.tf"
  conference = { webhook_url = "https://conference.example.com/changes", solution_names = ["My Web Conference"] }
  alerting   = { runbook_url = "https://git.example.com/docs/runbook.md" }
  secrets    = { channel_token_keys = { version = "1" }, conference_webhook_secret = { version = "1" } }
}

run "a_project_number" {
  command = plan
  variables {
    project_id = "123456789012"
  }
  expect_failures = [var.project_id]
}

run "everyone_as_manager" {
  command = plan
  variables {
    access = { managers = ["allUsers"] }
  }
  expect_failures = [var.access]
}

run "a_member_without_its_kind" {
  command = plan
  variables {
    access = { operators = ["oncall@example.com"] }
  }
  expect_failures = [var.access]
}

run "a_runbook_with_a_fragment" {
  command = plan
  variables {
    alerting = { runbook_url = "https://git.example.com/runbook.md#top" }
  }
  expect_failures = [var.alerting]
}

run "a_freshness_between_two_buckets" {
  command = plan
  variables {
    alerting = { runbook_url = "https://git.example.com/runbook.md", freshness = { within_s = 45 } }
  }
  expect_failures = [var.alerting]
}

run "an_objective_of_perfection" {
  command = plan
  variables {
    alerting = { runbook_url = "https://git.example.com/runbook.md", freshness = { objective = 1 } }
  }
  expect_failures = [var.alerting]
}

run "an_archive_that_was_not_built" {
  command = plan
  variables {
    archive = "no-such-file.zip"
  }
  expect_failures = [var.archive]
}

run "acting_as_nobody" {
  command = plan
  variables {
    calendar = { auth = "none" }
  }
  expect_failures = [var.calendar]
}

run "a_renewal_margin_as_long_as_the_channel" {
  command = plan
  variables {
    calendar = { channel_ttl_s = 3600 }
  }
  expect_failures = [var.calendar]
}

run "a_webhook_in_plain_text" {
  command = plan
  variables {
    conference = { webhook_url = "http://conference.example.com", solution_names = ["x"] }
  }
  expect_failures = [var.conference]
}

run "a_backend_of_neither_kind" {
  command = plan
  variables {
    conference = { backend = "queue", solution_names = ["x"] }
  }
  expect_failures = [var.conference]
}

run "no_way_to_tell_our_conferences" {
  command = plan
  variables {
    conference = { webhook_url = "https://conference.example.com" }
  }
  expect_failures = [var.conference]
}

run "a_name_that_would_become_two" {
  command = plan
  variables {
    conference = { webhook_url = "https://conference.example.com", solution_names = ["One, Two"] }
  }
  expect_failures = [var.conference]
}

run "concurrency_on_less_than_one_cpu" {
  command = plan
  variables {
    functions = { manage_calendars = { cpu = 0.5 } }
  }
  expect_failures = [var.functions]
}

run "fewer_instances_than_the_least" {
  command = plan
  variables {
    functions = { renew_channels = { min_instances = 2 } }
  }
  expect_failures = [var.functions]
}

run "an_unknown_ingress" {
  command = plan
  variables {
    functions = { manage_calendars = { ingress = "ALLOW_SOME" } }
  }
  expect_failures = [var.functions]
}

run "a_prefix_without_its_hyphen" {
  command = plan
  variables {
    prefix = "staging"
  }
  expect_failures = [var.prefix]
}

run "a_deadline_beyond_pubsubs_own" {
  command = plan
  variables {
    redelivery = { ack_deadline_s = 900 }
  }
  expect_failures = [var.redelivery]
}

run "a_net_above_the_workers_own_limit" {
  command = plan
  variables {
    redelivery = { attempts_max = 5 }
  }
  expect_failures = [var.redelivery]
}

run "retention_beyond_pubsubs_own" {
  command = plan
  variables {
    redelivery = { retention_days = 60 }
  }
  expect_failures = [var.redelivery]
}

run "the_latest_version_of_a_secret" {
  command = plan
  variables {
    secrets = { channel_token_keys = { version = "latest" }, conference_webhook_secret = { version = "1" } }
  }
  expect_failures = [var.secrets]
}

run "a_budget_beyond_the_ack_deadline" {
  command = plan
  variables {
    functions  = { sync_calendar_upkeep = { time_budget_s = 480 } }
    redelivery = { ack_deadline_s = 500 }
  }
  expect_failures = [google_pubsub_subscription.work]
}

run "more_workers_than_the_quota_bears" {
  command = plan
  variables {
    functions = { sync_calendar_live = { max_instances = 50 } }
  }
  expect_failures = [google_cloudfunctions2_function.behind]
}

run "oauth_without_its_client" {
  command = plan
  variables {
    calendar = { auth = "oauth" }
  }
  expect_failures = [var.calendar]
}

run "delegation_and_oauth_without_the_domains" {
  command = plan
  variables {
    calendar = { auth = "delegation,oauth", oauth_client_id = "1234.apps.googleusercontent.com" }
    secrets  = { channel_token_keys = { version = "1" }, conference_webhook_secret = { version = "1" }, oauth_client_secret = { version = "1" } }
  }
  expect_failures = [var.calendar]
}

run "users_who_connect_where_nobody_consents" {
  command = plan
  variables {
    connect = { return_hosts = ["app.example.com"] }
    secrets = { channel_token_keys = { version = "1" }, conference_webhook_secret = { version = "1" }, connection_keys = { version = "1" } }
  }
  expect_failures = [var.connect]
}

run "users_who_connect_and_come_back_to_nowhere" {
  command = plan
  variables {
    calendar = { auth = "oauth", oauth_client_id = "1234.apps.googleusercontent.com" }
    connect  = { return_hosts = [] }
    secrets  = { channel_token_keys = { version = "1" }, conference_webhook_secret = { version = "1" }, connection_keys = { version = "1" }, oauth_client_secret = { version = "1" } }
  }
  expect_failures = [var.connect]
}

run "users_who_connect_without_keys_to_seal_their_consent" {
  command = plan
  variables {
    calendar = { auth = "oauth", oauth_client_id = "1234.apps.googleusercontent.com" }
    connect  = { return_hosts = ["app.example.com"] }
    secrets  = { channel_token_keys = { version = "1" }, conference_webhook_secret = { version = "1" }, oauth_client_secret = { version = "1" } }
  }
  expect_failures = [var.secret_values]
}
