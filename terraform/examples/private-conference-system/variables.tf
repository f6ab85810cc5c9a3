variable "archive" {
  description = "The archive that `npm run build` makes."
  type        = string
  default     = "../../../dist/functions.zip"
}

variable "conference_system_tag" {
  description = "Network tag of the machines that the conference system runs on."
  type        = string
}

variable "kms_key" {
  description = "A key of Cloud KMS in the region; Google's own keys if left out."
  type        = string
  default     = null
}

variable "network" {
  description = "Name of the VPC."
  type        = string
}

variable "project_id" {
  description = "The Google Cloud project."
  type        = string
}

variable "region" {
  description = "The region."
  type        = string
}

variable "runbook_url" {
  description = "Address of docs/runbook.md as your people open it."
  type        = string
}

variable "secrets" {
  description = "Secrets that are there already, with their versions; see the module's `secrets`."
  type = object({
    channel_token_keys        = object({ secret = string, version = string })
    conference_webhook_secret = object({ secret = string, version = string })
  })
}

variable "solution_names" {
  description = "Names of your conference solutions, as in the add-on's manifest."
  type        = list(string)
}

variable "webhook_url" {
  description = "Where the conference system takes changes, inside the VPC."
  type        = string
}

variable "workers_cidr" {
  description = "Addresses for the workers: a range that is free in the VPC, a /26 or larger."
  type        = string
}
