variable "archive" {
  description = "The archive that `npm run build` makes."
  type        = string
  default     = "../../../dist/functions.zip"
}

variable "environments" {
  description = "What differs, by the environment's name. `secrets` are there already, with their versions."
  type = map(object({
    project_id     = string
    region         = string
    prefix         = optional(string, "")
    webhook_url    = string
    solution_names = list(string)
    is_guarded     = optional(bool, true)
    notification_channels = optional(object({
      page   = optional(list(string), [])
      ticket = optional(list(string), [])
    }), {})
    secrets = object({
      channel_token_keys        = object({ secret = string, version = string })
      conference_webhook_secret = object({ secret = string, version = string })
    })
  }))
}

variable "runbook_url" {
  description = "Address of docs/runbook.md as your people open it."
  type        = string
}
