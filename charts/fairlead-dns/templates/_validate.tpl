{{/*
Values that contradict each other: one sentence each, all of them at once. What a single value may be is in
values.schema.json.
*/}}
{{- define "fairlead-dns.validate" -}}
{{- $v := .Values -}}
{{- $p := list -}}
{{- /* Where the Corefile comes from. */ -}}
{{- if and $v.corefile $v.configMap.existingName -}}
{{- $p = append $p (printf "corefile and configMap.existingName=%s are both set: the Corefile comes from one place, so leave one of them out." $v.configMap.existingName) -}}
{{- end -}}
{{- range $key := list "extraPlugins" "extraServerBlocks" -}}
{{- if and (get $v.dns $key) (or $v.corefile $v.configMap.existingName) -}}
{{- $p = append $p (printf "dns.%s would be ignored: it goes into the generated Corefile, which %s replaces." $key (ternary "corefile" "configMap.existingName" (ne $v.corefile ""))) -}}
{{- end -}}
{{- end -}}
{{- if $v.corefile -}}
{{- if not (contains $v.clusterDomain $v.corefile) -}}
{{- $p = append $p (printf "clusterDomain=%s is nowhere in corefile: give the domain that the Corefile serves." $v.clusterDomain) -}}
{{- end -}}
{{- $plugins := dict "health" "livenessProbe asks port" "ready" "readinessProbe asks port" -}}
{{- if $v.metrics.enabled -}}{{- $_ := set $plugins "prometheus" "the Service's port metrics leads to" -}}{{- end -}}
{{- range $plugin, $use := $plugins -}}
{{- $port := get $v.ports (ternary "metrics" $plugin (eq $plugin "prometheus")) | int -}}
{{- $line := regexFind (printf "(?m)^[ \\t]*%s\\b[^\\n{]*" $plugin) $v.corefile | trim -}}
{{- if not $line -}}
{{- $p = append $p (printf "corefile has no %s, but %s %d: add `%s :%d` to a server block%s." $plugin $use $port $plugin $port (ternary ", or set metrics.enabled=false" "" (eq $plugin "prometheus"))) -}}
{{- else -}}
{{- $given := regexFind "[0-9]+$" $line -}}
{{- if and $given (ne (int $given) $port) -}}
{{- $p = append $p (printf "corefile says `%s`, but %s %d: set ports.%s=%s or change the Corefile." $line $use $port (ternary "metrics" $plugin (eq $plugin "prometheus")) $given) -}}
{{- else if and (not $given) (eq $plugin "prometheus") -}}
{{- $p = append $p (printf "corefile says `prometheus` without an address, which is localhost:9153 and out of Prometheus's reach: write `prometheus :%d`." $port) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- /* How long the end takes. */ -}}
{{- $lameduck := $v.dns.lameduckSeconds | int -}}
{{- with regexFind "lameduck[ \\t]+[0-9]+s" $v.corefile -}}{{- $lameduck = regexFind "[0-9]+" . | int -}}{{- end -}}
{{- if and (not $v.configMap.existingName) (lt ($v.terminationGracePeriodSeconds | int) (add $lameduck 5 | int)) -}}
{{- $p = append $p (printf "terminationGracePeriodSeconds=%d is too short for a lameduck of %d s: queries in hand take up to 5 s more, so give at least %d." ($v.terminationGracePeriodSeconds | int) $lameduck (add $lameduck 5 | int)) -}}
{{- end -}}
{{- /* How many. */ -}}
{{- if and $v.autoscaling.enabled (not (kindIs "invalid" $v.replicas)) -}}
{{- $p = append $p (printf "replicas=%d and autoscaling.enabled=true are both set: either the number is fixed or it follows the cluster, see autoscaling.min." ($v.replicas | int)) -}}
{{- end -}}
{{- if and $v.autoscaling.enabled ($v.autoscaling.max) (gt ($v.autoscaling.min | int) ($v.autoscaling.max | int)) -}}
{{- $p = append $p (printf "autoscaling.min=%d is more than autoscaling.max=%d." ($v.autoscaling.min | int) ($v.autoscaling.max | int)) -}}
{{- end -}}
{{- $least := ternary ($v.autoscaling.min | int) (include "fairlead-dns.replicas" . | int) $v.autoscaling.enabled -}}
{{- $surge := $v.updateStrategy.maxSurge | toString -}}
{{- $missing := $v.updateStrategy.maxUnavailable | toString -}}
{{- if and (has $surge (list "0" "0%")) (has $missing (list "0" "0%")) -}}
{{- $p = append $p "updateStrategy.maxSurge=0 and updateStrategy.maxUnavailable=0 leave an update no pod to begin with: raise one of them." -}}
{{- end -}}
{{- if and (eq $least 1) (regexMatch "^[1-9]" $missing) (not (hasSuffix "%" $missing)) -}}
{{- $p = append $p (printf "replicas=1 with updateStrategy.maxUnavailable=%s: the cluster would be without DNS during each update; set it to 0." $missing) -}}
{{- end -}}
{{- with $v.podDisruptionBudget -}}
{{- if .enabled -}}
{{- if not (kindIs "invalid" .minAvailable) -}}
{{- if not (kindIs "invalid" .maxUnavailable) -}}
{{- $p = append $p (printf "podDisruptionBudget.minAvailable=%v and podDisruptionBudget.maxUnavailable=%v exclude each other: set one of them to null." .minAvailable .maxUnavailable) -}}
{{- end -}}
{{- if and (not (kindIs "string" .minAvailable)) (ge (.minAvailable | int) $least) -}}
{{- $p = append $p (printf "podDisruptionBudget.minAvailable=%d lets no node be drained while there are %d pods: it has to be less than that." (.minAvailable | int) $least) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- /* Addresses. */ -}}
{{- with $v.service -}}
{{- if and .create .clusterIPs -}}
{{- if ne (first .clusterIPs) .clusterIP -}}
{{- $p = append $p (printf "service.clusterIPs begins with %s and service.clusterIP is %s: Kubernetes wants the same address in both." (first .clusterIPs) .clusterIP) -}}
{{- end -}}
{{- if and (gt (len .clusterIPs) 1) (has .ipFamilyPolicy (list "" "SingleStack")) -}}
{{- $p = append $p (printf "service.clusterIPs has two addresses, which service.ipFamilyPolicy=%s does not allow: set PreferDualStack or RequireDualStack." (default "SingleStack" .ipFamilyPolicy)) -}}
{{- end -}}
{{- end -}}
{{- if and (gt (len .ipFamilies) 1) (eq .ipFamilyPolicy "SingleStack") -}}
{{- $p = append $p "service.ipFamilies has two families, which service.ipFamilyPolicy=SingleStack does not allow." -}}
{{- end -}}
{{- end -}}
{{- /* Rights. */ -}}
{{- if and $v.rbac.create (not $v.serviceAccount.create) (has $v.serviceAccount.name (list "" "default")) -}}
{{- $p = append $p "rbac.create=true with serviceAccount.create=false and no serviceAccount.name would give the rights to the namespace's default account, and so to other pods: name an account." -}}
{{- end -}}
{{- if and $v.rbac.watchPods (not $v.rbac.create) -}}
{{- $p = append $p "rbac.watchPods=true has no effect with rbac.create=false: whoever makes the roles decides." -}}
{{- end -}}
{{- /* Metrics. */ -}}
{{- if not $v.metrics.enabled -}}
{{- range $key := list "serviceMonitor" "prometheusRule" "dashboard" -}}
{{- if (get $v $key).enabled -}}
{{- $p = append $p (printf "%s.enabled=true needs metrics, and metrics.enabled=false." $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $ports := list ($v.ports.health | int) ($v.ports.ready | int) ($v.ports.metrics | int) -}}
{{- if ne (len ($ports | uniq)) 3 -}}
{{- $p = append $p (printf "ports.health=%d, ports.ready=%d and ports.metrics=%d have to differ." (index $ports 0) (index $ports 1) (index $ports 2)) -}}
{{- end -}}
{{- if not $v.state.enabled -}}
{{- range $v.extraArgs -}}
{{- if regexMatch "^--?state-dir" . -}}
{{- $p = append $p "extraArgs has -state-dir, but state.enabled=false leaves no place to write to." -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $p -}}
{{- fail (printf "\n\nThe values contradict each other:\n  - %s\n" (join "\n  - " $p)) -}}
{{- end -}}
{{- end -}}
