"""`oppipari serve | demo | worker | link | teams | secrets | pair | verify | meet | release`: the command line.

Django is set up only by the commands that need it, so that `oppipari pair`, `meet` and `release` start at once and need no database.
"""

from pathlib import Path
from typing import Annotated

import typer

from oppipari.exchange.meet.command import meet
from oppipari.exchange.pair_command import pair
from oppipari.exchange.release.command import release
from oppipari.exchange.usage import InOwnLanguage
from oppipari.exchange.verify_command import verify

app = typer.Typer(
    name="oppipari",
    cls=InOwnLanguage,
    help="Run mentoring in a work unit: from telling about it to spreading what was learnt.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
teams = typer.Typer(name="teams", help="The connection to Microsoft Teams (docs/teams.md).", no_args_is_help=True)
secret_keys = typer.Typer(
    name="secrets", help="The secrets with which answers are kept (docs/questionnaire.md).", no_args_is_help=True
)
app.add_typer(teams)
app.add_typer(secret_keys)
app.command()(pair)
app.command()(verify)
app.command()(meet)
app.command()(release)

Host = Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0 for the whole local network.")]
Port = Annotated[int, typer.Option(help="Port to listen at.", min=1, max=65535)]
Data = Annotated[
    Path,
    typer.Option(envvar="OPPIPARI_DATA", help="Folder that holds everything: the database and the secrets."),
]


@app.command()
def serve(host: Host = "127.0.0.1", port: Port = 8000, data: Data = Path("data")) -> None:
    """Start the service and its background worker; everything is in one data folder."""
    from oppipari.site.serving import Service

    raise typer.Exit(Service(host=host, port=port, data=data).run())


@app.command()
def demo(host: Host = "127.0.0.1", port: Port = 8000, data: Data = Path("data-demo")) -> None:
    """Start the service with a made-up unit in the middle of its round, in a data folder of its own."""
    from oppipari.site.serving import Service

    raise typer.Exit(Service(host=host, port=port, data=data, demo=True).run())


@app.command()
def worker(
    data: Data = Path("data"),
    queue: Annotated[
        str,
        typer.Option(
            help='"default" (mail, reminders, retention), "pairs" (suggestions for many people), "teams", "feeds", "*" all.'
        ),
    ] = "*",
) -> None:
    """Run a background worker alone: for installations on PostgreSQL."""
    from oppipari.site.serving import prepare, work

    prepare(data)
    work(queue)


@app.command()
def link(email: Annotated[str, typer.Argument(help="The person's work e-mail.")], data: Data = Path("data")) -> None:
    """Print a sign-in link for somebody: for the one who looks after an installation without mail."""
    from oppipari.site.link_command import print_link
    from oppipari.site.serving import prepare

    prepare(data)
    raise typer.Exit(print_link(email))


@secret_keys.command("status")
def secrets_status(data: Data = Path("data")) -> None:
    """Tell whether this machine sees the secrets with which answers are kept, and which questionnaires cannot be read."""
    from oppipari.site.serving import prepare

    prepare(data)
    from oppipari.site.secrets_command import status

    raise typer.Exit(status())


@secret_keys.command("renew")
def secrets_renew(
    data: Data = Path("data"),
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Go on with the secrets that this machine sees, where the earlier ones are lost for good."""
    if not yes:
        typer.confirm(
            "Answers that only the earlier secrets open can then never be read; everyone can be asked once more. "
            "Are the earlier secrets lost for good?",
            abort=True,
        )
    from oppipari.site.serving import prepare

    prepare(data)
    from oppipari.site.secrets_command import renew

    raise typer.Exit(renew())


@teams.command("connect")
def teams_connect(data: Data = Path("data")) -> None:
    """Sign the installation's own account in, once; links that waited for it are then made."""
    from oppipari.site.serving import prepare

    prepare(data)
    from oppipari.exchange.graph.command import connect

    raise typer.Exit(connect())


@teams.command("status")
def teams_status(data: Data = Path("data")) -> None:
    """Tell whether links can be made, how many are, and what there is to do."""
    from oppipari.site.serving import prepare

    prepare(data)
    from oppipari.exchange.graph.command import status

    raise typer.Exit(status())


@teams.command("disconnect")
def teams_disconnect(data: Data = Path("data")) -> None:
    """Forget the account; meetings stand, and no more links are made."""
    from oppipari.site.serving import prepare

    prepare(data)
    from oppipari.exchange.graph.command import disconnect

    raise typer.Exit(disconnect())


if __name__ == "__main__":
    app()
