# The conference system has a private address in a VPC. The workers, and nothing else, reach into it: their calls to private addresses
# leave through a subnet, with a tag that the firewall knows them by. Keys, regions and channels are as a cautious platform wants them.

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

provider "google" {
  project = var.project_id
  region  = var.region
}

provider "google-beta" {
  project = var.project_id
  region  = var.region
}

data "google_compute_network" "conferences" {
  project = var.project_id
  name    = var.network
}

# Cloud Run takes addresses from it in blocks of 16; a /26 is the least that Google recommends.
resource "google_compute_subnetwork" "workers" {
  project                  = var.project_id
  region                   = var.region
  name                     = "conference-sync-workers"
  network                  = data.google_compute_network.conferences.id
  ip_cidr_range            = var.workers_cidr
  private_ip_google_access = true

  # Who called whom, half of it and without the payload: enough to see whether a call left at all.
  log_config {
    aggregation_interval = "INTERVAL_5_MIN"
    flow_sampling        = 0.5
    metadata             = "EXCLUDE_ALL_METADATA"
  }
}

# The conference system lets the workers in, and nobody else of this subnet.
resource "google_compute_firewall" "workers" {
  project       = var.project_id
  name          = "conference-sync-workers"
  network       = data.google_compute_network.conferences.id
  direction     = "INGRESS"
  source_ranges = [var.workers_cidr]
  target_tags   = [var.conference_system_tag]

  allow {
    protocol = "tcp"
    ports    = ["443"]
  }
}

module "conference_sync" {
  source = "../.."

  project_id = var.project_id
  region     = var.region
  archive    = var.archive

  conference = {
    # A name that the VPC's DNS knows, with a certificate that Node trusts.
    webhook_url    = var.webhook_url
    solution_names = var.solution_names
  }

  network = {
    subnetwork = google_compute_subnetwork.workers.name
    tags       = ["conference-sync-worker"]
  }

  kms_key  = var.kms_key
  alerting = { runbook_url = var.runbook_url }
  secrets  = var.secrets
}
