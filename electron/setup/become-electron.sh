#!/bin/sh
# Becomes Electron, as the user in CONSILIUM_ACCOUNT (uid:gid) where one is named, keeping this process's
# id and pipes. Neither it nor its children may leave a core file: their memory holds what patients said.
ulimit -c 0
[ -n "$CONSILIUM_ACCOUNT" ] || exec "$CONSILIUM_ELECTRON_PATH" "$@"
unset XDG_RUNTIME_DIR XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME DBUS_SESSION_BUS_ADDRESS
exec setpriv --reuid="${CONSILIUM_ACCOUNT%:*}" --regid="${CONSILIUM_ACCOUNT#*:}" --clear-groups \
  "$CONSILIUM_ELECTRON_PATH" "$@"
