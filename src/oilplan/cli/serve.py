"""`oilplan serve`: the pages, on this machine."""

from typing import Annotated

import typer


def command(
    host: Annotated[
        str, typer.Option(help="Address to listen on; the default answers this machine only.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Open the map room, the argument, the record, a page to read and the seminar in a browser.

    Everything comes from the installed package; nothing is fetched from a network. The pages are made by
    `oilplan.web.app.create_app`. Stop with Ctrl-C.
    """
    import socket

    import uvicorn

    from oilplan.errors import OilplanError
    from oilplan.web.app import create_app

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OilplanError(
            f"cannot listen on {host}:{port} ({reason}); choose another with --host or --port."
        ) from None
    shown = f"[{host}]" if ":" in host else host
    typer.echo(f"oilplan: http://{shown}:{port}/ (Ctrl-C stops it)", err=True)
    if host not in ("127.0.0.1", "::1", "localhost"):
        typer.echo("oilplan: anyone who can reach this address can open these pages; there is no password.", err=True)
    settings = uvicorn.Config(
        create_app(),
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=200,
        timeout_keep_alive=15,
    )
    uvicorn.Server(settings).run(sockets=[listening])
