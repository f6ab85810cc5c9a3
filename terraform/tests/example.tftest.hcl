# What docs/deploy.md has people set in terraform.tfvars reaches the module through the example.

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

run "the_example_hands_on_what_it_takes" {
  command = plan

  module {
    source = "./examples/complete"
  }

  variables {
    project_id   = "example-project"
    region       = "europe-west1"
    archive      = "versions.tf"
    oncall_email = "oncall@example.com"
    runbook_url  = "https://git.example.com/docs/runbook.md"
    webhook_url  = "https://conference.example.com/changes"

    entry_point_hosts = ["conference.example.com"]
    parameter_keys    = ["conferenceId"]
    calendar          = { auth = "oauth", oauth_client_id = "1234.apps.googleusercontent.com" }
    calendar_quota    = { requests_per_minute = 20000 }
    firestore         = { database = "of-its-own", location = "eur3" }
    functions         = { sync_calendar_live = { max_instances = 12, min_instances = 1 } }
    secrets = {
      channel_token_keys        = { version = "3" }
      conference_webhook_secret = { version = "2" }
      oauth_client_secret       = { version = "7" }
    }
  }

  assert {
    condition     = output.secret_versions == { channel_token_keys = "3", conference_webhook_secret = "2", oauth_client_secret = "7" }
    error_message = "The secret of the OAuth client is one of those that can be named."
  }
  assert {
    condition     = output.delegation_client_id == null
    error_message = "The mode of acting as users is handed on."
  }
  assert {
    condition     = output.database == "of-its-own"
    error_message = "The database is the one that was asked for."
  }
}

run "workers_reach_a_private_conference_system_through_a_vpc" {
  command = plan

  module {
    source = "./examples/private-conference-system"
  }

  variables {
    project_id            = "example-project"
    region                = "europe-west1"
    archive               = "versions.tf"
    runbook_url           = "https://git.example.com/docs/runbook.md"
    webhook_url           = "https://conference.internal.example.com/changes"
    solution_names        = ["My Web Conference"]
    network               = "conferences"
    workers_cidr          = "10.8.0.0/26"
    conference_system_tag = "conference-system"
    kms_key               = "projects/example-project/locations/europe-west1/keyRings/ring/cryptoKeys/key"
    secrets = {
      channel_token_keys        = { secret = "channel-token-keys", version = "3" }
      conference_webhook_secret = { secret = "conference-webhook-secret", version = "2" }
    }
  }

  assert {
    condition     = google_compute_subnetwork.workers.private_ip_google_access
    error_message = "What calls Google from the subnet needs Private Google Access."
  }
}

run "two_environments_have_an_installation_each" {
  command = plan

  module {
    source = "./examples/two-environments"
  }

  variables {
    archive     = "versions.tf"
    runbook_url = "https://git.example.com/docs/runbook.md"
    environments = {
      for name in ["staging", "production"] : name => {
        project_id     = "example-${name}"
        region         = "europe-west1"
        webhook_url    = "https://conference.example.com/${name}"
        solution_names = ["My Web Conference"]
        is_guarded     = name == "production"
        secrets = {
          channel_token_keys        = { secret = "channel-token-keys", version = "3" }
          conference_webhook_secret = { secret = "conference-webhook-secret", version = "2" }
        }
      }
    }
  }

  assert {
    condition     = output.functions["staging"]["renew-channels"] == "https://renew-channels-123456789012.europe-west1.run.app"
    error_message = "Each environment has its functions."
  }
}
