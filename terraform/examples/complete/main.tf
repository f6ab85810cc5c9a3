# A whole installation. Copy this folder into a repository of your own, fill in terraform.tfvars, and it is your root module.

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

  # terraform init -backend-config=bucket=YOUR-STATE-BUCKET
  backend "gcs" {
    # Another installation from the same folder needs another one.
    prefix = "conference-sync"
  }
}

provider "google" {
  project = var.project_id
  region  = var.region
}

provider "google-beta" {
  project = var.project_id
  region  = var.region
}

resource "google_monitoring_notification_channel" "oncall" {
  display_name = "On call for ${var.prefix}conference-sync"
  type         = "email"
  labels       = { email_address = var.oncall_email }
  user_labels  = var.labels
}

module "conference_sync" {
  source = "../.."

  project_id = var.project_id
  region     = var.region
  prefix     = var.prefix
  labels     = var.labels
  archive    = var.archive

  conference = {
    webhook_url       = var.webhook_url
    solution_names    = var.solution_names
    entry_point_hosts = var.entry_point_hosts
    parameter_keys    = var.parameter_keys
  }

  alerting = {
    runbook_url = var.runbook_url
    notification_channels = {
      page   = [google_monitoring_notification_channel.oncall.name]
      ticket = [google_monitoring_notification_channel.oncall.name]
    }
    freshness = { slo = var.slo }
  }

  calendar       = var.calendar
  calendar_quota = var.calendar_quota
  connect        = var.connect
  firestore      = var.firestore
  functions      = var.functions

  access        = var.access
  secrets       = var.secrets
  secret_values = var.secret_values
}
