# What one installation differs in from another. Objects that are handed on as they are have type `any`: the module checks them
# and has their defaults.

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

variable "calendar" {
  description = "How Google Calendar is used; see the module's `calendar`."
  type        = any
  default     = {}
}

variable "calendar_quota" {
  description = "The project's Calendar quota; see the module's `calendar_quota`."
  type        = any
  default     = {}
}

variable "connect" {
  description = "Lets users connect their calendars themselves; see the module's `connect`."
  type        = any
  default     = null
}

variable "entry_point_hosts" {
  description = "Hosts of your conferences' entry points."
  type        = list(string)
  default     = []
}

variable "firestore" {
  description = "The database; see the module's `firestore`."
  type        = any
  default     = {}
}

variable "functions" {
  description = "Size of each deployment; see the module's `functions`."
  type        = any
  default     = {}
}

variable "labels" {
  description = "Labels for every resource that takes them."
  type        = map(string)
  default     = {}
}

variable "oncall_email" {
  description = "Where alerts go."
  type        = string
}

variable "parameter_keys" {
  description = "Keys of the add-on parameters that your conferences carry."
  type        = list(string)
  default     = []
}

variable "prefix" {
  description = "Put in front of every name, so that several installations fit into one project."
  type        = string
  default     = ""
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
    connection_keys           = optional(string)
    oauth_client_secret       = optional(string)
  })
  default   = {}
  ephemeral = true
  sensitive = true
}

variable "secrets" {
  description = "Versions of the secrets; see the module."
  type = object({
    channel_token_keys        = optional(object({ secret = optional(string), version = optional(string), revision = optional(number, 1) }), {})
    conference_webhook_secret = optional(object({ secret = optional(string), version = optional(string), revision = optional(number, 1) }), {})
    connection_keys           = optional(object({ secret = optional(string), version = optional(string), revision = optional(number, 1) }), {})
    oauth_client_secret       = optional(object({ secret = optional(string), version = optional(string), revision = optional(number, 1) }), {})
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
  default     = []
}

variable "webhook_url" {
  description = "Where your conference system takes changes."
  type        = string
}
