"""Real mail servers for the tests of the intake: Dovecot and Postfix as Debian ships them, each on ports of its own.

``scripts/find_mail_servers`` says where they are, and installs them where that can be done. Both run on loopback ports,
with their whole configuration, queue and mail in a folder that goes with the test.
"""

import getpass
import grp
import imaplib
import os
import pwd
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.running import wait_until

USER, PASSWORD = "help", "a password of the tests"
DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
POSTFIX = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
IS_ROOT = os.geteuid() == 0
DISCARD = "discard:"
"""Mails that Postfix took end there, and its log says so."""


@dataclass
class ImapStore:
    """A running Dovecot with one mailbox.

    Arguments:
        folder: its configuration and its mail.
        port: where it speaks IMAP.
        lmtp: the socket where it takes mail.
    """

    folder: Path
    port: int
    lmtp: Path

    @property
    def url(self) -> str:
        """The address for ``MAIL_IN_URL``."""
        return f"imap://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.port}/INBOX?done=Archive"

    @contextmanager
    def session(self, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """Speak to it as a mail program does."""
        server = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        try:
            server.login(USER, PASSWORD)
            if folder != "INBOX":
                server.create(folder)
            server.select(folder)
            yield server
        finally:
            server.logout()

    def put(self, raw: bytes) -> None:
        """Put a mail into the inbox."""
        with self.session() as server:
            state, _answer = server.append("INBOX", None, None, raw)
            assert state == "OK", _answer

    def count(self, folder: str = "INBOX") -> int:
        """Return how many mails are in a folder."""
        with self.session(folder) as server:
            return len(server.search(None, "ALL")[1][0].split())

    def number_anew(self) -> None:
        """Give the inbox another UIDVALIDITY, as a restore or a move to another server does."""
        fresh = int(time.time()) + 1000
        command = ["doveadm", "-c", str(self.folder / "dovecot.conf"), "mailbox", "update", "-u", USER]
        subprocess.run([*command, "--uid-validity", str(fresh), "INBOX"], check=True, capture_output=True, timeout=20)


@contextmanager
def _place() -> Iterator[Path]:
    """Make a folder that the servers' own users can enter, which the tests' folder is not; no real mail is in it."""
    with tempfile.TemporaryDirectory(prefix="troth-mail-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def run_dovecot(port: int) -> Iterator[ImapStore]:
    """Run a Dovecot, and end it with the block."""
    with _place() as folder:
        yield from _run_dovecot(folder, port)


def _run_dovecot(folder: Path, port: int) -> Iterator[ImapStore]:
    assert DOVECOT, "Dovecot is missing: scripts/find_mail_servers says what to do."
    owner = pwd.getpwnam("nobody") if IS_ROOT else pwd.getpwuid(os.getuid())
    mail = folder / "mail"
    mail.mkdir()
    if IS_ROOT:
        os.chown(mail, owner.pw_uid, owner.pw_gid)
    store = ImapStore(folder, port, folder / "lmtp")
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}:{owner.pw_uid}:{owner.pw_gid}::{mail}::\n")
    (folder / "dovecot.conf").write_text(_write_dovecot(store, owner))
    process = subprocess.Popen(
        [DOVECOT, "-F", "-c", str(folder / "dovecot.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: _answers(store, process), longest=20)
        yield store
    finally:
        process.terminate()
        process.wait(10)


def _write_dovecot(store: ImapStore, owner: pwd.struct_passwd) -> str:
    group = grp.getgrgid(owner.pw_gid).gr_name
    me = getpass.getuser()
    own_users = "" if IS_ROOT else f"default_internal_user = {me}\ndefault_login_user = {me}\n"
    chroot = "" if IS_ROOT else "service imap-login {\n chroot =\n}\nservice anvil {\n chroot =\n}\n"
    return f"""
base_dir = {store.folder}/run
state_dir = {store.folder}/state
log_path = {store.folder}/log
protocols = imap lmtp
ssl = no
disable_plaintext_auth = no
listen = 127.0.0.1
first_valid_uid = 1
last_valid_uid = 0
first_valid_gid = 1
last_valid_gid = 0
mail_location = maildir:~/Maildir
default_internal_group = {group}
{own_users}
passdb {{
 driver = passwd-file
 args = scheme=PLAIN username_format=%n {store.folder}/users
}}
userdb {{
 driver = passwd-file
 args = username_format=%n {store.folder}/users
}}
auth_username_format = %n
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
service imap-login {{
 inet_listener imap {{
  address = 127.0.0.1
  port = {store.port}
 }}
 inet_listener imaps {{
  port = 0
 }}
}}
service lmtp {{
 unix_listener {store.lmtp} {{
  mode = 0666
 }}
}}
{chroot}
protocol lmtp {{
 auth_username_format = {USER}
}}
"""


def _answers(store: ImapStore, process: "subprocess.Popen[bytes]") -> bool:
    log = store.folder / "log"
    assert process.poll() is None, log.read_text() if log.exists() else "Dovecot fell."
    try:
        with store.session():
            return True
    except OSError:
        return False


@dataclass
class MailServer:
    """A running Postfix that hands every mail on by LMTP.

    Arguments:
        folder: its configuration and its queue.
        port: where it speaks SMTP.
    """

    folder: Path
    port: int

    def send(self, raw: bytes, *, sender: str = "ada@example.org", to: str = "support@example.org") -> None:
        """Hand it a mail, as another mail server does."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=10) as server:
            server.sendmail(sender, [to], raw)

    def flush(self) -> None:
        """Have it try again what it keeps."""
        self._run("flush")

    def count_waiting(self) -> int:
        """Return how many mails it keeps."""
        queue = self.folder / "queue"
        return sum(1 for name in ("maildrop", "incoming", "active", "deferred") for _file in _files(queue / name))

    def _run(self, command: str) -> None:
        assert POSTFIX
        done = subprocess.run(
            [POSTFIX, "-c", str(self.folder), command], check=False, capture_output=True, text=True, timeout=30
        )
        assert done.returncode == 0, done.stderr + _read(self.folder / "log")


@contextmanager
def run_postfix(port: int, *, hand_to: str) -> Iterator[MailServer]:
    """Run a Postfix, and end it with the block. It wants root, as it changes users.

    Arguments:
        port: where it is to speak SMTP.
        hand_to: where it hands mails, such as ``inet:127.0.0.1:2424`` or ``unix:/path``; ``DISCARD`` for nowhere.
    """
    with _place() as folder:
        yield from _run_postfix(folder, port, hand_to=hand_to)


def _run_postfix(folder: Path, port: int, *, hand_to: str) -> Iterator[MailServer]:
    assert IS_ROOT
    owner = pwd.getpwnam("postfix")
    for name in ("queue", "state"):
        (folder / name).mkdir()
    os.chown(folder / "state", owner.pw_uid, owner.pw_gid)
    (folder / "main.cf").write_text(_write_main(folder, hand_to))
    (folder / "master.cf").write_text(_write_master(port))
    server = MailServer(folder, port)
    server._run("start")
    try:
        wait_until(lambda: _greets(port), longest=20)
        yield server
    finally:
        server._run("stop")


def _write_main(folder: Path, hand_to: str) -> str:
    return f"""
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/state
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.net
mydestination =
local_transport = error:no
alias_maps =
virtual_mailbox_domains = example.org, example.net, example.com, collectorsystems.com
virtual_transport = {hand_to if hand_to == DISCARD else f"lmtp:{hand_to}"}
lmtp_destination_recipient_limit = 1
smtpd_recipient_restrictions = permit_mynetworks, reject
mynetworks = 127.0.0.0/8
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
message_size_limit = 20480000
smtputf8_enable = yes
"""


def _write_master(port: int) -> str:
    return f"""
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
discard unix - - n - - discard
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""


def _greets(port: int) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=5) as server:
            return server.noop()[0] == 250
    except OSError:
        return False


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file()) if folder.exists() else iter(())


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""
