#pragma once
#include "actors/base/atoms.hpp"
#include "actors/runtime/messages.hpp"
#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

/// A container runtime as three actors: pods and containers, images, and byte streams. Makers: embedded (runc under
/// conmon), hollow (runs nothing). Errors are `errc::runtime_failed`, `not_found` or `invalid_argument`, and the
/// context is a text for the user as a CRI runtime would give it. A failed verb may be repeated: all are idempotent.
namespace troupe::actors::runtime {

using create_atom = caf::atom_constant<caf::atom("create")>;
using pull_atom = caf::atom_constant<caf::atom("pull")>;
using rotate_atom = caf::atom_constant<caf::atom("rotate")>;
using version_atom = caf::atom_constant<caf::atom("version")>;

/// Pod sandboxes: what the containers of a pod share.
using sandbox_service = caf::typed_actor<
  /// Makes and starts a sandbox. On failure nothing of it is left.
  caf::replies_to<run_atom, shared<sandbox_config>>::with<shared<sandbox_status>>,
  /// Kills what runs in it and gives its addresses back; a second time and an unknown id are fine.
  caf::reacts_to<stop_atom, sandbox_id>,
  /// Removes it with its containers, stopping it if need be; an unknown id is fine.
  caf::reacts_to<remove_atom, sandbox_id>,
  /// Everything that exists, for adoption after a restart. Never waits for the kernel.
  caf::replies_to<list_atom>::with<shared<inventory>>,
  /// The subscriber gets (event_atom, shared<container_event>) from now on, until it dies.
  caf::reacts_to<watch_atom, caf::actor>,
  /// What makes this runtime and what its machine lacks.
  caf::replies_to<version_atom>::with<shared<version>>,
  /// The node's pod network is now this CIDR. Fails if pods of another one exist.
  caf::reacts_to<write_atom, std::string>>;

/// Containers in sandboxes.
using container_service = caf::typed_actor<
  /// Prepares a container; nothing runs yet. Fails with the text of a CreateContainerError.
  caf::replies_to<create_atom, sandbox_id, shared<container_config>>::with<container_id>,
  /// Starts it. On failure (RunContainerError) its status is exited with reason StartError and code 128.
  caf::reacts_to<start_atom, container_id>,
  /// Sends the stop signal, after so many seconds KILL; 0 kills at once. Answers when it is dead: allow for the grace
  /// in the request's timeout. A second stop with a shorter grace shortens the first one.
  caf::reacts_to<stop_atom, container_id, std::uint32_t>,
  /// Removes an exited or created one; a running one is killed first. The log files stay. An unknown id is fine.
  caf::reacts_to<remove_atom, container_id>,
  caf::replies_to<status_atom, container_id>::with<shared<container_status>>,
  /// Runs a command in it for at most so many milliseconds (0: no limit) and collects what it writes.
  caf::replies_to<exec_atom, container_id, std::vector<std::string>, std::uint32_t>::with<exec_result>,
  /// Closes the log file, renames it to "<log>.<UTC time>", goes on with a new one, keeps that many in all.
  caf::reacts_to<rotate_atom, container_id, std::uint32_t>,
  /// Usage of all containers and pods.
  caf::replies_to<stats_atom>::with<shared<std::vector<container_usage>>>>;

using runtime_actor = sandbox_service::extend_with<container_service>;

/// Images of a node. Names may be short ("busybox"): they are completed as docker does.
using image_actor = caf::typed_actor<
  /// Loads an OCI layout directory, an OCI archive or a docker-save archive on the node's disk; the names loaded.
  caf::replies_to<load_atom, std::string>::with<std::vector<std::string>>,
  caf::replies_to<list_atom>::with<shared<std::vector<image_info>>>,
  /// Gets an image from its registry. The error's context is the text after `rpc error: ` of an ErrImagePull.
  caf::replies_to<pull_atom, shared<pull_request>>::with<shared<image_info>>,
  /// The image of that name or id; a null handle if it is not here.
  caf::replies_to<status_atom, std::string>::with<shared<image_info>>,
  /// Removes a name, and the image with its last name; by id all names. An unknown one is fine.
  caf::reacts_to<remove_atom, std::string>,
  caf::replies_to<stats_atom>::with<disk_usage>>;

/// Opens sessions that speak the protocol of actors/streams.
using session_actor = caf::typed_actor<
  /// `client` is the other end; the answer is the node's end. Fails if the container does not run.
  caf::replies_to<open_atom, shared<session_request>, caf::actor>::with<caf::actor>>;

/// The three of one runtime.
struct handles {
  runtime_actor pods;
  image_actor images;
  session_actor sessions;
};

} // namespace troupe::actors::runtime
