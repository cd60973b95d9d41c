#pragma once
#include "policies/api/json.hpp"
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::policies::schema::testing {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::string from_hex(std::string_view text) {
  std::string out;
  int high = -1;
  for (char c : text) {
    int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) continue;
    if (high < 0)
      high = digit;
    else
      out += static_cast<char>(high << 4 | digit), high = -1;
  }
  return out;
}

/// A body that kubectl 1.32 sent as protobuf (`.hex`), and the JSON that kubectl 1.31 sends for the same command
/// (`.json`).
struct capture {
  std::string name, bytes, json;
};

inline std::vector<capture> captures() {
  std::vector<capture> out;
  for (auto& entry : std::filesystem::directory_iterator(std::filesystem::path(TROUPE_TEST_DATA) / "protobuf")) {
    if (entry.path().extension() != ".hex") continue;
    auto golden = entry.path();
    golden.replace_extension(".json");
    out.push_back({entry.path().stem().string(), from_hex(read_file(entry.path())), read_file(golden)});
  }
  std::sort(out.begin(), out.end(), [](auto& a, auto& b) { return a.name < b.name; });
  return out;
}

/// A pod with most of what real ones have, in the order and form of the server.
inline constexpr std::string_view full_pod =
    R"({"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-0","namespace":"default","uid":"6f1e",)"
    R"("creationTimestamp":null,)"
    R"("labels":{"app":"web","tier":"front"},"annotations":{"a/b":"c"},"ownerReferences":[{"apiVersion":"apps/v1",)"
    R"("kind":"ReplicaSet","name":"web","uid":"77","controller":true,"blockOwnerDeletion":true}]},"spec":{"volumes":)"
    R"([{"name":"data","emptyDir":{"sizeLimit":"1Gi"}},{"name":"token","projected":{"sources":[{"serviceAccountToken":)"
    R"({"expirationSeconds":3607,"path":"token"}}],"defaultMode":420}}],"containers":[{"name":"main",)"
    R"("image":"nginx:1",)"
    R"("command":["nginx","-g"],"ports":[{"name":"http","containerPort":80,"protocol":"TCP"}],)"
    R"("env":[{"name":"A","value":)"
    R"("b"},{"name":"N","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"spec.nodeName"}}},{"name":"R",)"
    R"("valueFrom":{"resourceFieldRef":{"resource":"limits.cpu","divisor":"0"}}}],"resources":{"limits":{"cpu":"500m",)"
    R"("memory":"64Mi"},"requests":{"cpu":"100m"}},"volumeMounts":[{"name":"data","readOnly":true,)"
    R"("mountPath":"/data"}],)"
    R"("livenessProbe":{"httpGet":{"path":"/","port":80,"scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":10},)"
    R"("readinessProbe":{"tcpSocket":{"port":"http"}},"terminationMessagePath":"/dev/termination-log",)"
    R"("imagePullPolicy":"IfNotPresent","securityContext":{"runAsUser":0,"allowPrivilegeEscalation":false}}],)"
    R"("restartPolicy":"Always","terminationGracePeriodSeconds":30,"nodeName":"n1","securityContext":{},"affinity":)"
    R"({"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":)"
    R"([{"key":"k","operator":"In","values":["v"]}]}]}}},"tolerations":[{"key":"x","operator":"Exists","effect":)"
    R"("NoExecute","tolerationSeconds":300}]},"status":{"phase":"Running","conditions":[{"type":"Ready",)"
    R"("status":"True",)"
    R"("lastProbeTime":null,"lastTransitionTime":"2026-11-22T16:02:28Z"}],"podIP":"10.0.0.1",)"
    R"("podIPs":[{"ip":"10.0.0.1"}],)"
    R"("startTime":"2026-11-22T16:02:27Z","containerStatuses":[{"name":"main","state":{"running":{"startedAt":)"
    R"("2026-11-22T16:02:28Z"}},"lastState":{},"ready":true,"restartCount":0,"image":"nginx:1",)"
    R"("imageID":"sha256:1"}]}})";

} // namespace troupe::policies::schema::testing
