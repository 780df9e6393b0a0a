"""`oilplan serve` and `oilplan edition`: the pages, on this machine or as a folder that needs no server."""

import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from oilplan.cli import system as of_system
from oilplan.cli.verb import RecordOption, SystemOption, progress_bar, words

Names = list[str] | None
HOST = "Address to listen on; the default answers this machine only."


def serve(
    host: Annotated[str, typer.Option(help=HOST)] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    host_name: Annotated[
        Names, typer.Option(metavar="NAME", help="A name that browsers may use for this server. Repeatable.")
    ] = None,
    allow_embed: Annotated[
        Names,
        typer.Option(
            metavar="ORIGIN", help="A site that may show figures in a frame: https://example.org. Repeatable."
        ),
    ] = None,
    texts: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of texts whose passages a claim's page shows.")
    ] = None,
    own_record: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Your own record folder, which you accept passages into.")
    ] = None,
    record: RecordOption = None,
    system: SystemOption = None,
) -> None:
    """Open the answer, the argument, the map room, the record, a page to read and the seminar in a browser.

    Everything comes from the installed package; nothing is fetched from a network. A request by another name than
    localhost, an address in numbers, --host or a --host-name is refused. With --texts the folder is indexed in the
    cache, and a claim's page shows the passages that bear on it; with --own-record you accept them there, on a server
    that answers this machine only. The pages are made by `oilplan.web.app.create_app`. Stop with Ctrl-C.
    """
    from oilplan.record import load_record
    from oilplan.web.door import LOOPBACK, origin

    own, folder = of_system.opened(system, record)
    names = [host, *(host_name or [])]
    if own is not None:
        of_system.refuse({"--allow-embed": bool(allow_embed), "--texts": bool(texts), "--own-record": bool(own_record)})
        return of_system.serve(own, _listening(host, port), names)
    known, found = load_record(folder), _texts(texts, own_record, host in LOOPBACK)
    sites = [origin(site) for site in allow_embed or []]
    _serve(_listening(host, port), known, names=names, embed_for=sites, texts=found)


def _listening(host: str, port: int):
    """The socket of the pages, once its address has been said."""
    from oilplan.web.door import LOOPBACK, listen

    listening = listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    typer.echo(f"oilplan: http://{shown}:{port}/ (Ctrl-C stops it)", err=True)
    if host not in LOOPBACK:
        typer.echo("oilplan: anyone who can reach this address can open these pages; there is no password.", err=True)
    return listening


def _serve(listening, known, **how) -> None:
    from oilplan.web.app import create_app
    from oilplan.web.choices import fly_bases
    from oilplan.web.door import serve

    app = create_app(known, **how)
    threading.Thread(target=fly_bases, args=(app.state.engine,), name="bases", daemon=True).start()
    serve(app, listening)


def _texts(folder: Path | None, own_record: Path | None, is_local: bool):
    """The folder of texts, if one is named. Raises OilplanError for a record that others could add to."""
    from oilplan.errors import OilplanError
    from oilplan.web.argument import Texts

    if own_record is not None and not (folder and is_local):
        raise OilplanError("--own-record needs --texts DIR, and a server that answers this machine only (no --host).")
    if folder is None:
        return None
    if not folder.is_dir():
        raise OilplanError(f"{folder} is not a folder; name the folder of texts with --texts.")
    return Texts(folder, own_record)


def edition(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write; open its index.html.")],
    draws: Annotated[int, typer.Option(metavar="50|200", help="Draws of every counterfactual.")] = 50,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier edition in DIR.")] = False,
    record: RecordOption = None,
) -> None:
    """Write the story, the answer, the verdicts, the record, the plants and a grid of counterfactuals as plain files.

    The folder opens from a USB stick or any web server, asks for nothing outside itself and needs no installation. It
    appears whole or not at all. The work is done by `oilplan.web.edition.write_edition`.
    """
    from oilplan.errors import OilplanError
    from oilplan.record import load_record
    from oilplan.results_folder import check_free
    from oilplan.web.limits import DRAWS, PREVIEW_DRAWS

    if draws not in (PREVIEW_DRAWS, DRAWS):
        raise OilplanError(f"--draws {draws} is not offered here; expected {PREVIEW_DRAWS} or {DRAWS}.")
    check_free(out, force=force)
    known = load_record(record)
    from oilplan.web.edition import write_edition

    with progress_bar("edition") as progress:
        write_edition(known, out, draws=draws, force=force, command=words("edition"), progress=progress)
    print(f"Edition: {out / 'index.html'}", file=sys.stderr)
