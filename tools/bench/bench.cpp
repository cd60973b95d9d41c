#include "tools/bench/bench.hpp"
#include "tools/bench/api_bench.hpp"
#include "tools/bench/etcd_bench.hpp"
#include "tools/bench/hollow_bench.hpp"
#include "tools/bench/idle_bench.hpp"
#include "tools/bench/pods_bench.hpp"
#include "tools/bench/startup_bench.hpp"
#include <CLI/CLI.hpp>
#include <memory>

namespace troupe::tools::bench {

namespace {

struct chosen {
  CLI::App *api = nullptr, *hollow = nullptr, *pods = nullptr, *idle = nullptr, *startup = nullptr, *etcd = nullptr;
  api_options api_settings;
  hollow_options hollow_settings;
  pods_options pods_settings;
  idle_options idle_settings;
  startup_options startup_settings;
  etcd_options etcd_settings;
};

void declare_output(CLI::App& app, std::string& output) {
  app.add_option("-o,--output", output, "text, json or yaml")
      ->check(CLI::IsMember({"text", "json", "yaml"}))
      ->capture_default_str();
}

void declare_server(CLI::App& app, server_options& s) {
  app.add_option("--kubeconfig", s.kubeconfig, "cluster and user to take (default: $KUBECONFIG, then ~/.kube/config)");
  app.add_option("--context", s.context, "of the kubeconfig (default: its current one)");
  auto* server =
      app.add_option("--server", s.server, "URL of the API server, instead of a kubeconfig; http:// for a plain one");
  app.add_option("--token", s.token, "bearer token");
  app.add_option("--client-cert", s.certificate, "file of the client certificate")->needs(server);
  app.add_option("--client-key", s.key, "file of its key")->needs(server);
  app.add_option("--ca", s.ca, "file of the CA that signed the server's certificate")->needs(server);
  app.add_flag("--insecure-skip-tls-verify", s.insecure, "do not check the server's certificate")->needs(server);
}

CLI::App* declare_api(CLI::App& bench, api_options& s) {
  auto* app = bench.add_subcommand("api", "Load on the API: durable creates, gets, lists, watches");
  declare_server(*app, s.server);
  declare_output(*app, s.output);
  app->add_option("--mode", s.mode, "create, get, list, watch or all")
      ->check(CLI::IsMember({"create", "get", "list", "watch", "all"}))
      ->capture_default_str();
  app->add_option("--clients", s.clients, "requests in flight")->check(CLI::Range(1, 10'000))->capture_default_str();
  app->add_option("--count", s.count, "end after so many operations")->check(CLI::Range(1, 90'000'000));
  app->add_option("--duration", s.duration_s, "end after so many seconds (default: 10, without --count)")
      ->check(CLI::PositiveNumber);
  app->add_option("--threads", s.threads, "threads of the client")->check(CLI::Range(1, 64))->capture_default_str();
  app->add_flag("--http2", s.http2, "HTTP/2 with many requests on few connections");
  app->add_option("--connections", s.connections, "HTTP/2 connections (default: as few as carry the clients)");
  app->add_option("--object-bytes", s.object_bytes, "settings in each ConfigMap")
      ->check(CLI::Range(0, 900'000))
      ->capture_default_str();
  app->add_option("--objects", s.objects, "ConfigMaps that gets and lists are spread over")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app->add_option("--list-limit", s.list_limit, "objects in an answer to a list")->capture_default_str();
  app->add_option("--watchers", s.watchers, "watches open at a time")
      ->check(CLI::Range(1, 50'000))
      ->capture_default_str();
  app->add_option("--writes", s.writes, "writes that the watchers see, one at a time")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app->add_flag("--watch-http1", s.watch_http1, "each watch has an HTTP/1.1 connection of its own");
  app->add_option("--namespace", s.name_space, "made if it is missing, and then removed at the end")
      ->capture_default_str();
  app->add_option("--pid", s.pids, "processes of the server, to report their CPU time and memory");
  app->add_flag("--keep", s.keep, "leave the objects there");
  app->footer("Works with every Kubernetes API server.\n\nExamples:\n"
              "  troupe bench api --kubeconfig /var/lib/troupe/kubeconfig\n"
              "  troupe bench api --mode create --count 50000 --clients 64 -o json\n"
              "  troupe bench api --mode watch --watchers 1000 --writes 200\n"
              "  troupe bench api --server https://10.0.0.1:6443 --ca ca.crt --client-cert u.crt --client-key u.key\n"
              "  troupe bench api --server http://127.0.0.1:8080 --mode get --http2");
  return app;
}

CLI::App* declare_etcd(CLI::App& bench, etcd_options& s) {
  auto* app = bench.add_subcommand("etcd", "Load on a store with etcd's v3 API, ours or etcd itself");
  declare_output(*app, s.output);
  app->add_option("--endpoint", s.endpoint, "HOST:PORT of one member")->capture_default_str();
  auto* ca = app->add_option("--ca", s.ca, "file of the CA that signed the server's certificate: TLS");
  app->add_option("--cert", s.certificate, "file of the client certificate")->needs(ca);
  app->add_option("--key", s.key, "file of its key")->needs(ca);
  app->add_option("--mode", s.mode, "put, get, watch or all")
      ->check(CLI::IsMember({"put", "get", "watch", "all"}))
      ->capture_default_str();
  app->add_option("--clients", s.clients, "requests in flight")->check(CLI::Range(1, 10'000))->capture_default_str();
  app->add_option("--connections", s.connections, "to share among them (default: as few as carry them)");
  app->add_option("--threads", s.threads, "threads of the client")->check(CLI::Range(1, 64))->capture_default_str();
  app->add_option("--count", s.count, "end after so many operations")->check(CLI::Range(1, 90'000'000));
  app->add_option("--duration", s.duration_s, "end after so many seconds (default: 10, without --count)")
      ->check(CLI::PositiveNumber);
  app->add_option("--value-bytes", s.value_bytes, "of each value")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  app->add_option("--keys", s.keys, "that puts and gets go round")
      ->check(CLI::Range(1, 90'000'000))
      ->capture_default_str();
  app->add_option("--watchers", s.watchers, "watches to open")->check(CLI::Range(1, 10'000'000))->capture_default_str();
  app->add_flag("--serializable", s.serializable, "gets that may be stale");
  app->add_option("--pid", s.pids, "processes of the server, to report their CPU time and memory");
  app->add_flag("--keep", s.keep, "leave the keys there");
  app->footer("Works with every server of the etcd v3 API.\n\nExamples:\n"
              "  troupe store serve-etcd --data-dir /tmp/kv --listen 127.0.0.1:2379\n"
              "  troupe bench etcd --mode put --clients 64 --value-bytes 1024\n"
              "  troupe bench etcd --endpoint 127.0.0.1:22379 --pid $(pgrep -x etcd) -o json\n"
              "  troupe bench etcd --mode watch --watchers 100000 --pid $(pgrep -x etcd)");
  return app;
}

CLI::App* declare_hollow(CLI::App& bench, hollow_options& s) {
  auto* app = bench.add_subcommand("hollow", "A cluster of its own with many simulated nodes, filled with pods");
  declare_output(*app, s.output);
  app->add_option("--nodes", s.nodes, "simulated nodes")->check(CLI::Range(1, 5000))->capture_default_str();
  app->add_option("--pods", s.pods, "pods in all")->check(CLI::Range(1, 500'000))->capture_default_str();
  app->add_option("--deployments", s.deployments, "that the pods belong to, in equal parts")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app->add_flag("--bare", s.bare, "create the pods themselves instead of deployments");
  app->add_option("--clients", s.clients, "requests in flight")->check(CLI::Range(1, 1000))->capture_default_str();
  app->add_option("--timeout", s.timeout_s, "give up after so many seconds")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app->add_option("--data-root", s.data_root, "where its temporary directory lies (default: $TMPDIR or /tmp)");
  app->footer("Needs no root. Nothing is left behind.\n\nExamples:\n  troupe bench hollow\n"
              "  troupe bench hollow --nodes 100 --pods 1000 --deployments 10\n  troupe bench hollow --bare -o json");
  return app;
}

CLI::App* declare_pods(CLI::App& bench, pods_options& s) {
  auto* app = bench.add_subcommand("pods", "Pods created, ready and deleted, one after another");
  declare_server(*app, s.server);
  declare_output(*app, s.output);
  app->add_option("--count", s.count, "pods in all")->check(CLI::Range(1, 100'000))->capture_default_str();
  app->add_option("--parallel", s.parallel, "pods at a time")->check(CLI::Range(1, 1000))->capture_default_str();
  app->add_option("--image", s.image, "image that the nodes already have")->capture_default_str();
  app->add_option("--grace", s.grace_s, "seconds that a pod gets to end")
      ->check(CLI::Range(0, 60))
      ->capture_default_str();
  app->add_option("--timeout", s.timeout_s, "give up when one pod takes longer, in seconds")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app->add_option("--namespace", s.name_space, "made if it is missing, and then removed at the end")
      ->capture_default_str();
  app->add_flag("--keep", s.keep, "leave the namespace there");
  app->footer("Times are taken at the client, from sending the create to reading the event that says so.\n\nExamples:\n"
              "  tools/sample/make-image /tmp/web.tar && troupe image load /tmp/web.tar && troupe bench pods\n"
              "  troupe bench pods --count 20 --image registry.k8s.io/pause:3.9 --kubeconfig ~/.kube/config");
  return app;
}

CLI::App* declare_idle(CLI::App& bench, idle_options& s) {
  auto* app = bench.add_subcommand("idle", "Memory and CPU time of a running program that nobody asks anything of");
  declare_output(*app, s.output);
  auto* which = app->add_option_group("process");
  which->add_option("--pid", s.pid, "any process")->check(CLI::PositiveNumber);
  which->add_option("--data-dir", s.data_dir, "the cluster that runs in this directory");
  which->require_option(1);
  app->add_option("--seconds", s.seconds, "how long to watch")->check(CLI::PositiveNumber)->capture_default_str();
  app->footer(
      "Its helpers, like conmon, are listed apart.\n\nExamples:\n  troupe bench idle --data-dir /var/lib/troupe\n"
      "  troupe bench idle --pid $(pgrep -x etcd) --seconds 10 -o yaml");
  return app;
}

CLI::App* declare_startup(CLI::App& bench, startup_options& s) {
  auto* app = bench.add_subcommand("startup", "How long a cluster takes to start, empty and again");
  declare_output(*app, s.output);
  app->add_option("--runs", s.runs, "clusters to start")->check(CLI::Range(1, 1000))->capture_default_str();
  app->add_option("--runtime", s.runtime, "embedded or hollow (default: embedded for root)")
      ->check(CLI::IsMember({"embedded", "hollow"}));
  app->add_flag("--sample", s.sample,
                "also until the sample's Deployment is ready and its Service answers by DNS name");
  app->add_option("--image-archive", s.image_archive, "the sample's image")->check(CLI::ExistingFile);
  app->add_option("--data-root", s.data_root, "where its temporary directories lie (default: $TMPDIR or /tmp)");
  app->footer(
      "Nothing is left behind.\n\nExamples:\n  troupe bench startup\n"
      "  tools/sample/make-image /tmp/web.tar && troupe bench startup --sample --image-archive /tmp/web.tar --runs 5");
  return app;
}

} // namespace

std::function<std::optional<int>()> declare(CLI::App& app) {
  auto all = std::make_shared<chosen>();
  auto* bench = app.add_subcommand("bench", "Measure a cluster");
  bench->require_subcommand(1);
  bench->footer("Figures are printed as a table, or with -o json or yaml for scripts. docs/benchmarks.md tells how "
                "ours were made.");
  all->api = declare_api(*bench, all->api_settings);
  all->pods = declare_pods(*bench, all->pods_settings);
  all->startup = declare_startup(*bench, all->startup_settings);
  all->idle = declare_idle(*bench, all->idle_settings);
  all->etcd = declare_etcd(*bench, all->etcd_settings);
  all->hollow = declare_hollow(*bench, all->hollow_settings);
  return [all]() -> std::optional<int> {
    if (*all->api) return run_api(all->api_settings);
    if (*all->hollow) return run_hollow(all->hollow_settings);
    if (*all->pods) return run_pods(all->pods_settings);
    if (*all->idle) return run_idle(all->idle_settings);
    if (*all->startup) return run_startup(all->startup_settings);
    if (*all->etcd) return run_etcd(all->etcd_settings);
    return std::nullopt;
  };
}

} // namespace troupe::tools::bench
