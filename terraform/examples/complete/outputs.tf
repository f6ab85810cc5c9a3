output "accounts" {
  description = "E-mail address of each service account, by its role."
  value       = module.conference_sync.accounts
}

output "connect_redirect_uri" {
  description = "What the OAuth client needs among its authorised redirect URIs, so that users can connect. Null where nobody does."
  value       = module.conference_sync.connect_redirect_uri
}

output "database" {
  description = "Name of the Firestore database."
  value       = module.conference_sync.database
}

output "delegation_client_id" {
  description = "What the Workspace administrator authorises."
  value       = module.conference_sync.delegation_client_id
}

output "functions" {
  description = "Address of each deployment."
  value       = module.conference_sync.functions
}

output "secret_versions" {
  description = "What to put into `secrets`."
  value       = module.conference_sync.secret_versions
}
