#pragma once
#include <caf/atom.hpp>

/// Message tags of all components. At most ten characters of [A-Za-z0-9_ ].
namespace troupe::actors {

using call_atom = caf::atom_constant<caf::atom("call")>;
using cancel_atom = caf::atom_constant<caf::atom("cancel")>;
using changed_atom = caf::atom_constant<caf::atom("changed")>;
using close_atom = caf::atom_constant<caf::atom("close")>;
using credit_atom = caf::atom_constant<caf::atom("credit")>;
using data_atom = caf::atom_constant<caf::atom("data")>;
using enqueue_atom = caf::atom_constant<caf::atom("enqueue")>;
using event_atom = caf::atom_constant<caf::atom("event")>;
using exec_atom = caf::atom_constant<caf::atom("exec")>;
using exited_atom = caf::atom_constant<caf::atom("exited")>;
using http_atom = caf::atom_constant<caf::atom("http")>;
using list_atom = caf::atom_constant<caf::atom("list")>;
using load_atom = caf::atom_constant<caf::atom("load")>;
using logs_atom = caf::atom_constant<caf::atom("logs")>;
using lookup_atom = caf::atom_constant<caf::atom("lookup")>;
using open_atom = caf::atom_constant<caf::atom("open")>;
using offer_atom = caf::atom_constant<caf::atom("offer")>;
using peer_atom = caf::atom_constant<caf::atom("peer")>;
using read_atom = caf::atom_constant<caf::atom("read")>;
using remove_atom = caf::atom_constant<caf::atom("remove")>;
using restart_atom = caf::atom_constant<caf::atom("restart")>;
using retry_atom = caf::atom_constant<caf::atom("retry")>;
using run_atom = caf::atom_constant<caf::atom("run")>;
using spawn_atom = caf::atom_constant<caf::atom("spawn")>;
using start_atom = caf::atom_constant<caf::atom("start")>;
using state_atom = caf::atom_constant<caf::atom("state")>;
using stats_atom = caf::atom_constant<caf::atom("stats")>;
using status_atom = caf::atom_constant<caf::atom("status")>;
using stop_atom = caf::atom_constant<caf::atom("stop")>;
using tick_atom = caf::atom_constant<caf::atom("tick")>;
using watch_atom = caf::atom_constant<caf::atom("watch")>;
using write_atom = caf::atom_constant<caf::atom("write")>;

} // namespace troupe::actors
