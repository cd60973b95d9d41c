"""Several hosts on this machine, made of namespaces: see README.md here."""
from .hosts import Hosts, HostFailure  # noqa: F401
from .host import Host, Process  # noqa: F401
