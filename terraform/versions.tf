# 1.11 is the first version with write-only arguments, which keep secret values out of plan and state.
# 7.40 is the first provider version with `deletion_policy` on every resource used here.
terraform {
  required_version = ">= 1.11"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.40, < 8"
    }
  }
}
