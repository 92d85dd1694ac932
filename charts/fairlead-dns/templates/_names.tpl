{{- define "fairlead-dns.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The labels by which the chart's own selectors know its pods: never those of another DNS server behind the Service. */}}
{{- define "fairlead-dns.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "fairlead-dns.labels" -}}
{{ include "fairlead-dns.selectorLabels" . }}
app.kubernetes.io/part-of: fairlead
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "fairlead-dns.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "fairlead-dns.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "fairlead-dns.configMapName" -}}
{{- default (include "fairlead-dns.fullname" .) .Values.configMap.existingName -}}
{{- end -}}

{{- define "fairlead-dns.image" -}}
{{- .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- with .Values.image.digest }}@{{ . }}{{ end -}}
{{- end -}}

{{- define "fairlead-dns.replicas" -}}
{{- if kindIs "invalid" .Values.replicas -}}2{{- else -}}{{ .Values.replicas }}{{- end -}}
{{- end -}}

{{/* "yes" where the server watches Pods: only to know whether an address is one. */}}
{{- define "fairlead-dns.watchesPods" -}}
{{- $corefile := default (printf "pods %s" .Values.dns.podRecords) .Values.corefile -}}
{{- if or .Values.rbac.watchPods (and (not .Values.configMap.existingName) (regexMatch "(?m)^\\s*pods\\s+verified" $corefile)) -}}yes{{- end -}}
{{- end -}}
