# Makes draftspoold@.service of draftspoold.service, and the .socket of the .socket: an instance has a configuration and
# directories of its own, which the programs find by the configuration's name (Sources/Settings/Instance.swift). All that is
# not named here is the same.
/^Description=/ {
    s/$/ (%i)/
    a\
AssertPathExists=/etc/draftspool/%i.yaml
}
s|/draftspool/draftspool\.yaml|/draftspool/%i.yaml|
s|/var/spool/draftspool|&-%i|
s|/run/draftspool\.sock|/run/draftspool-%i.sock|
# It is not there yet when ExecStartPre= makes it.
s/^ReadWritePaths=/&-/
s/^(State|Runtime|Cache)Directory=draftspool$/&-%i/
s|%C/draftspool|&-%i|g
/^ExecStart=/ i\
# The spool, with the owners and permissions that tmpfiles.d gives to the one of draftspoold.service.\
ExecStartPre=+/bin/sh -c 'sed "s,/var/spool/draftspool,&-%i," /usr/lib/tmpfiles.d/draftspool.conf | systemd-tmpfiles --create -'
