# 1.11 is the first version with write-only arguments, which keep secret values out of plan and state.
# 7.40 is the first provider version with `deletion_policy` on every resource used here; 8 is held to the same tests.
# google-beta makes service agents (google_project_service_identity) and nothing else; time waits for Google (apply-waits.tf).
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
