variable "access" {
  description = "Who may call manage-calendars, and who is on call."
  type = object({
    managers  = optional(set(string), [])
    operators = optional(set(string), [])
  })
  default = {}
}

variable "archive" {
  description = "The archive that `npm run build` makes."
  type        = string
  default     = "../../../dist/functions.zip"
}

variable "oncall_email" {
  description = "Where alerts go."
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

variable "secret_values" {
  description = "Values of the secrets that Terraform writes; in TF_VAR_secret_values, and only until `secrets` names versions."
  type = object({
    channel_token_keys        = optional(string)
    conference_webhook_secret = optional(string)
  })
  default   = {}
  ephemeral = true
  sensitive = true
}

variable "secrets" {
  description = "Versions of the secrets; see the module."
  type = object({
    channel_token_keys        = optional(object({ version = optional(string), revision = optional(number, 1) }), {})
    conference_webhook_secret = optional(object({ version = optional(string), revision = optional(number, 1) }), {})
  })
  default = {}
}

variable "slo" {
  description = "Make the freshness SLO; true from the second apply on."
  type        = bool
  default     = false
}

variable "solution_names" {
  description = "Names of your conference solutions, as in the add-on's manifest."
  type        = list(string)
}

variable "webhook_url" {
  description = "Where your conference system takes changes."
  type        = string
}
