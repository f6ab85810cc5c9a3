# Who writes the secrets, who reads them, and that their values stay out of everything that is kept.

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
  mock_resource "google_secret_manager_secret_version" {
    defaults = { version = "1" }
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

variables {
  project_id = "example-project"
  region     = "europe-west1"
  archive    = "versions.tf"
  conference = { webhook_url = "https://conference.example.com/changes", solution_names = ["My Web Conference"] }
  alerting   = { runbook_url = "https://git.example.com/docs/runbook.md" }
}

run "values_given_once_are_written_and_referred_to_by_number" {
  command = apply

  variables {
    firestore     = { deletion_protection = false }
    secret_values = { channel_token_keys = "not-a-real-key", conference_webhook_secret = "whsec_bm90LWEtcmVhbC1rZXk=" }
  }

  assert {
    condition     = output.secret_versions == { channel_token_keys = "1", conference_webhook_secret = "1" }
    error_message = "The version that was written is the one that is read."
  }
  assert {
    condition = alltrue([
      for version in google_secret_manager_secret_version.written : version.secret_data == null && version.deletion_policy == "ABANDON"
    ])
    error_message = "No value is in the state, and a rotation does not pull the old value from under running instances."
  }
  assert {
    condition = toset([
      for secret in google_cloudfunctions2_function.receiver.service_config[0].secret_environment_variables : secret.key
    ]) == toset(["CHANNEL_TOKEN_KEYS"])
    error_message = "The receiver, open to the internet, holds no key to the conference system."
  }
}

run "whoever_opens_a_channel_has_the_keys_that_the_receiver_verifies_with" {
  command = plan

  variables {
    secrets = { channel_token_keys = { version = "7" }, conference_webhook_secret = { version = "4" } }
  }

  assert {
    condition = alltrue([
      for name in ["sync-calendar-live", "sync-calendar-upkeep", "renew-channels", "manage-calendars"] : contains([
        for secret in google_cloudfunctions2_function.behind[name].service_config[0].secret_environment_variables : secret.key
      ], "CHANNEL_TOKEN_KEYS")
    ])
    error_message = "A channel signed without a key of the ring is one whose notifications are refused."
  }
}

run "a_version_given_is_referred_to_and_nothing_is_written" {
  command = plan

  variables {
    secrets = { channel_token_keys = { version = "7" }, conference_webhook_secret = { version = "4" } }
  }

  assert {
    condition     = length(google_secret_manager_secret_version.written) == 0 && output.secret_versions["channel_token_keys"] == "7"
    error_message = "A person's version is taken as it is."
  }
}

run "a_module_backend_needs_no_webhook_secret" {
  command = plan

  variables {
    conference = { backend = "module:./conference.mjs", solution_names = ["My Web Conference"] }
    secrets    = { channel_token_keys = { version = "7" } }
  }

  assert {
    condition     = keys(google_secret_manager_secret.this) == ["channel_token_keys"]
    error_message = "Only what is read is made."
  }
}

run "without_delegation_no_account_may_sign" {
  command = plan

  variables {
    calendar = { auth = "service-account" }
    secrets  = { channel_token_keys = { version = "7" }, conference_webhook_secret = { version = "4" } }
  }

  assert {
    condition     = length(google_service_account_iam_member.sign_for_users) == 0 && output.delegation_client_id == null
    error_message = "Token Creator is granted for delegation alone."
  }
}

run "consents_of_users_are_read_by_name_and_nothing_else" {
  command = plan

  variables {
    calendar = { auth = "oauth", oauth_client_id = "1234.apps.googleusercontent.com" }
    secrets = {
      channel_token_keys        = { version = "7" }
      conference_webhook_secret = { version = "4" }
      oauth_client_secret       = { version = "1" }
    }
  }

  assert {
    condition = alltrue([
      for grant in google_project_iam_member.refresh_tokens :
      grant.condition[0].expression == "resource.name.startsWith(\"projects/123456789012/secrets/calendar-refresh-token-\")"
    ]) && length(google_project_iam_member.refresh_tokens) == 4
    error_message = "The grant reaches the users' refresh tokens alone."
  }
}

run "the_keys_of_consents_outlive_the_function_that_takes_them" {
  command = plan

  variables {
    calendar = { auth = "oauth", oauth_client_id = "1234.apps.googleusercontent.com" }
    connect  = { return_hosts = ["app.example.com"] }
    secrets = {
      channel_token_keys        = { version = "1" }
      conference_webhook_secret = { version = "1" }
      connection_keys           = { version = "1" }
      oauth_client_secret       = { version = "1" }
    }
  }

  assert {
    condition     = [for key, secret in google_secret_manager_secret.this : key if secret.deletion_policy != "DELETE"] == ["connection_keys"]
    error_message = "Without the keys every user has to consent again; nothing else is lost for good."
  }
}

run "what_may_be_destroyed_leaves_no_secret" {
  command = plan

  variables {
    firestore = { deletion_protection = false }
    calendar  = { auth = "oauth", oauth_client_id = "1234.apps.googleusercontent.com" }
    connect   = { return_hosts = ["app.example.com"] }
    secrets = {
      channel_token_keys        = { version = "1" }
      conference_webhook_secret = { version = "1" }
      connection_keys           = { version = "1" }
      oauth_client_secret       = { version = "1" }
    }
  }

  assert {
    condition     = alltrue([for secret in google_secret_manager_secret.this : secret.deletion_policy == "DELETE"])
    error_message = "A destroy takes the secrets with it."
  }
}

run "a_value_that_is_neither_given_nor_written_is_missed" {
  command         = plan
  expect_failures = [var.secret_values]
}
