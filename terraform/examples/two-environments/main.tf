# Staging and production, each in a project of its own, from one root module and one archive. Where both have to live in one project, give
# them the same `project_id` and staging the prefix `staging-`: they share nothing but the project's APIs.

terraform {
  required_version = ">= 1.11"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.40, < 9"
    }
    google-beta = {
      source  = "hashicorp/google-beta"
      version = ">= 7.40, < 9"
    }
    time = {
      source  = "hashicorp/time"
      version = ">= 0.12, < 1"
    }
  }
}

# The module names the project of everything that it makes.
provider "google" {}
provider "google-beta" {}

module "conference_sync" {
  source   = "../.."
  for_each = var.environments

  project_id = each.value.project_id
  region     = each.value.region
  prefix     = each.value.prefix
  labels     = { environment = each.key }
  archive    = var.archive

  conference = {
    webhook_url    = each.value.webhook_url
    solution_names = each.value.solution_names
  }

  alerting = {
    runbook_url           = var.runbook_url
    notification_channels = each.value.notification_channels
  }

  # What is only tried out may be destroyed.
  firestore = { deletion_protection = each.value.is_guarded }

  secrets = each.value.secrets
}
