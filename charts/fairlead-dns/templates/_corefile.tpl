{{/* The Corefile: corefile as it is given, or kubeadm's with the values of dns. */}}
{{- define "fairlead-dns.corefile" -}}
{{- if .Values.corefile -}}
{{ .Values.corefile }}
{{- else -}}
.:53 {
    errors
    health :{{ .Values.ports.health }} {
        lameduck {{ .Values.dns.lameduckSeconds }}s
    }
    ready :{{ .Values.ports.ready }}
    kubernetes {{ .Values.clusterDomain }} in-addr.arpa ip6.arpa {
        pods {{ .Values.dns.podRecords }}
        fallthrough in-addr.arpa ip6.arpa
        ttl {{ .Values.dns.ttlSeconds }}
    }
    {{- if .Values.metrics.enabled }}
    prometheus :{{ .Values.ports.metrics }}
    {{- end }}
    {{- with .Values.dns.extraPlugins }}
    {{- trim . | nindent 4 }}
    {{- end }}
    forward . {{ join " " .Values.dns.forward }} {
        max_concurrent {{ .Values.dns.maxConcurrentForwards }}
    }
    {{- if .Values.dns.cacheSeconds }}
    cache {{ .Values.dns.cacheSeconds }} {
        disable success {{ .Values.clusterDomain }}
        disable denial {{ .Values.clusterDomain }}
    }
    {{- end }}
    loop
    reload
    loadbalance
}
{{- with .Values.dns.extraServerBlocks }}
{{ trim . }}
{{- end }}
{{- end }}
{{- end -}}
