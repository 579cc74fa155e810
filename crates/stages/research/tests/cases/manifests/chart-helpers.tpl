{{/* The name. */}}
{{- define "web.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name "web" | replace "_" "-" }}
{{- end -}}
{{- end }}
{{- define "web.labels" -}}
app: {{ include "web.fullname" . }}
{{- end }}
