#include "tests/policies/defaulting/defaults_table.hpp"

namespace troupe::policies::defaulting {

TEST(core_defaults, service) {
  run_defaults(
      "v1", "Service",
      {{"a cluster service", R"({"spec":{"ports":[{"port":80}]}})",
        R"({"spec":{"type":"ClusterIP","sessionAffinity":"None","internalTrafficPolicy":"Cluster",
"externalTrafficPolicy":null,
          "ports":[{"port":80,"targetPort":80,"protocol":"TCP"}]}})"},
       {"a named target port stays", R"({"spec":{"ports":[{"port":80,"targetPort":"web"}]}})",
        R"({"spec":{"ports":[{"targetPort":"web"}]}})"},
       {"an empty target port is the port", R"({"spec":{"ports":[{"port":80,"targetPort":""}]}})",
        R"({"spec":{"ports":[{"targetPort":80}]}})"},
       {"client affinity lasts three hours", R"({"spec":{"sessionAffinity":"ClientIP"}})",
        R"({"spec":{"sessionAffinityConfig":{"clientIP":{"timeoutSeconds":10800}}}})"},
       {"no affinity drops its settings", R"({"spec":{"sessionAffinityConfig":{"clientIP":{"timeoutSeconds":5}}}})",
        R"({"spec":{"sessionAffinity":"None","sessionAffinityConfig":null}})"},
       {"a node port service is reachable from everywhere", R"({"spec":{"type":"NodePort"}})",
        R"({"spec":{"externalTrafficPolicy":"Cluster","internalTrafficPolicy":"Cluster"}})"},
       {"external addresses make a cluster service so", R"({"spec":{"externalIPs":["1.2.3.4"]}})",
        R"({"spec":{"externalTrafficPolicy":"Cluster"}})"},
       {"a load balancer allocates node ports",
        R"({"spec":{"type":"LoadBalancer"},"status":{"loadBalancer":{"ingress":[{"ip":"1.2.3.4"},
{"hostname":"h"}]}}})",
        R"({"spec":{"allocateLoadBalancerNodePorts":true},
"status":{"loadBalancer":{"ingress":[{"ipMode":"VIP"},{"ipMode":null}]}}})"},
       {"an external name has no traffic policy", R"({"spec":{"type":"ExternalName","externalName":"a.b"}})",
        R"({"spec":{"internalTrafficPolicy":null,"externalTrafficPolicy":null}})"}});
}

TEST(core_defaults, secret) {
  run_defaults("v1", "Secret",
               {{"the type is Opaque", R"({"data":{"a":"Yg=="}})", R"({"type":"Opaque","data":{"a":"Yg=="}})"},
                {"plain strings overwrite data", R"({"data":{"a":"Yg=="},"stringData":{"a":"x","b":""}})",
                 R"({"data":{"a":"eA==","b":""},"stringData":null})"}});
}

TEST(core_defaults, objects_of_the_core_group) {
  run_defaults("v1", "Namespace",
               {{"the name is a label", R"({"metadata":{"name":"n","labels":{"kubernetes.io/metadata.name":"other"}}})",
                 R"({"metadata":{"labels":{"kubernetes.io/metadata.name":"n"}},"status":{"phase":"Active"}})"}});
  run_defaults("v1", "Node",
               {{"all capacity is allocatable", R"({"status":{"capacity":{"cpu":"4"}}})",
                 R"({"status":{"allocatable":{"cpu":"4"}}})"},
                {"the pod range and its list agree", R"({"spec":{"podCIDR":"10.0.0.0/24"}})",
                 R"({"spec":{"podCIDRs":["10.0.0.0/24"]}})"}});
  run_defaults("v1", "Endpoints",
               {{"ports are TCP", R"({"subsets":[{"ports":[{"port":1}]}]})",
                 R"({"subsets":[{"ports":[{"protocol":"TCP"}]}]})"}});
  run_defaults("v1", "ReplicationController",
               {{"labels of the template are selector and labels",
                 R"({"spec":{"template":{"metadata":{"labels":{"a":"b"}},"spec":{}}}})",
                 R"({"metadata":{"labels":{"a":"b"}},"spec":{"replicas":1,"selector":{"a":"b"},
"template":{"spec":{"dnsPolicy":"ClusterFirst"}}}})"}});
  run_defaults("v1", "ResourceQuota",
               {{"amounts are canonical", R"({"spec":{"hard":{"pods":10,"cpu":"2000m"}}})",
                 R"({"spec":{"hard":{"pods":"10","cpu":"2"}}})"}});
}

TEST(core_defaults, limit_range) {
  run_defaults(
      "v1", "LimitRange",
      {{"the maximum is the default", R"({"spec":{"limits":[{"type":"Container","max":{"cpu":"2"},"min":{"cpu":"1",
"memory":"1Mi"}}]}})",
        R"({"spec":{"limits":[{"default":{"cpu":"2"},"defaultRequest":{"cpu":"2","memory":"1Mi"}}]}})"},
       {"only for containers", R"({"spec":{"limits":[{"type":"Pod","max":{"cpu":"2"}}]}})",
        R"({"spec":{"limits":[{"default":null}]}})"}});
}

TEST(core_defaults, volumes_and_claims) {
  run_defaults("v1", "PersistentVolume",
               {{"kept, a file system", R"({"spec":{"hostPath":{"path":"/a"}}})",
                 R"({"spec":{"persistentVolumeReclaimPolicy":"Retain","volumeMode":"Filesystem",
"hostPath":{"type":""}},"status":{"phase":"Pending"}})"}});
  run_defaults("v1", "PersistentVolumeClaim",
               {{"pending, a file system", R"({"spec":{}})",
                 R"({"spec":{"volumeMode":"Filesystem"},"status":{"phase":"Pending"}})"}});
}

} // namespace troupe::policies::defaulting
