"""What the trail's codes say in Swedish: ``pupil:seen`` is "såg elevens sida"."""

SIGHT = ("seen", "shown", "named", "candidate", "previewed", "sent", "listed")
PRINTED = ("printed", "extracted", "exported")
"""How an action ends by which somebody saw a pupil; all others changed something."""

DID = {
    **dict.fromkeys(("seen", "shown", "candidate"), "såg"),
    "named": "såg namnet på", "previewed": "förhandsgranskade", "sent": "såg som avsändare",
    "listed": "såg i en lista", "printed": "skrev ut", "extracted": "tog ut", "exported": "sparade som fil",
    "accepted": "tog emot", "acknowledged": "kvitterade", "added": "lade till", "added_protected":
    "lade till skyddat", "adopted": "antog", "agreed": "bestämde", "alias_changed": "ändrade alias för",
    "asked": "bad om", "begun": "började", "cancelled": "avbröt", "changed": "ändrade", "chosen": "valde",
    "closed": "stängde", "compared": "jämförde", "confirmed": "bekräftade", "copied": "kopierade",
    "corrected": "rättade", "counted": "räknade", "disabled": "stängde av", "enabled": "öppnade igen",
    "ended": "avslutade", "flow": "såg flödet i", "given": "gav", "granted": "beviljade",
    "handed_in": "lämnade in", "identity_set": "ändrade inloggning genom kommunen för",
    "import_undone": "ångrade inläsningen av", "imported": "läste in", "laid_aside": "lade undan",
    "link_made": "skapade länk till", "made": "gjorde", "measured": "skrev resultat i", "moved": "flyttade",
    "moved_up": "flyttade upp", "noted": "antecknade", "numbers": "skrev tal i", "opened": "öppnade",
    "opened_again": "öppnade igen", "ordered": "beställde", "other_sessions_ended": "loggade ut överallt:",
    "password_set": "valde lösenord för", "protected": "skyddade", "published": "gav ut",
    "raised": "skrev", "recorded": "sparade", "removed": "tog bort", "renamed": "bytte namn på",
    "restored": "återställde", "reviewed": "granskade", "revoked": "tog bort", "saved": "sparade",
    "session_ended": "avslutade en inloggning för", "set": "satte", "signed_in": "loggade in:",
    "signed_out": "loggade ut:", "started": "startade", "stays": "lät gå om:", "taken_back": "tog tillbaka",
    "text_told": "angav text för", "totp_confirmed": "ställde in engångskoder för",
    "recovery_codes_made": "gjorde nya återställningskoder för",
    "totp_reset": "tog bort engångskoder för", "tried": "prövade", "tried_again": "försökte igen med",
    "decided": "skrev in beslut om", "disposed": "gjorde", "export_fetched": "hämtade uttaget av",
    "export_ordered": "beställde uttag av", "held": "undantog en elev från", "read_back": "läste tillbaka",
    "narrowed": "begränsade behandlingen av", "used_again": "upphävde begränsningen av",
    "released": "hävde undantag från", "unprotected": "tog bort skyddet för", "written": "skrev",
    "acceptance_taken_back": "tog tillbaka mottagandet av", "answer": "svarade på",
    "class_corrected": "rättade klassen på", "ground": "angav grund för", "joined": "lät gå med i",
    "left": "lät lämna", "measure": "valde mått i", "new": "öppnade", "received": "tog emot",
    "refused": "avslog", "stopped": "stoppade", "ticked": "bockade av", "turned_off": "slog av",
    "turned_on": "slog på", "unticked": "tog bort bocken för", "withdrawn": "drog tillbaka",
}  # fmt: skip
THINGS = {
    "absence": "frånvaro", "absence_limit": "gränsen för frånvaro", "account": "kontot", "alarm": "ett larm",
    "benchmark_draft": "ett utkast till riktmärken", "benchmarks": "riktmärken", "calendar": "läsårstider",
    "case": "en anmälan till rektor", "cell": "ett resultats historik", "class": "klassen",
    "class_list": "klasslistan", "class_overview": "klassöversikten", "consent": "ett samtycke",
    "consultation": "samråd", "database": "databasen", "duty": "ett uppdrag", "follow_up": "Att följa upp",
    "governing": "styrningen", "guarantee": "ett steg i garantin",
    "imported_roster": "en inläst klasslista", "staff_import": "en personalfil",
    "halving_goal": "ett mål att halvera", "handover": "en överlämning", "handovers": "överlämningar",
    "home_contact": "en kontakt med hemmet", "home_language": "ett språk för blad hem",
    "home_page": "blad hem", "imported_scores": "inlästa resultat", "initiative": "satsningens siffror",
    "late_entry": "inskrivning i efterhand", "line": "en skriven rad", "meeting": "sidan för samtalet",
    "leavers": "elever som har slutat",
    "municipality": "allt som kommunen äger", "my_school": "Skolan",
    "new_year": "läsåret", "next_step": "ett nästa steg",
    "note": "en elevhälsoanteckning", "notes": "elevhälsoanteckningar", "observation": "en iakttagelse",
    "open_support": "öppet stöd", "prints": "utskrifter", "pupil": "elevens sida",
    "pupil_help": "begäran om hjälp för eleven", "quarantine": "en rad i karantän",
    "reading": "högläsning", "reading_groups": "läsgrupper", "rejudging": "en omräkning",
    "report": "en rapport", "retention": "gallring",
    "request": "en begäran om hjälp", "requests": "begäranden om hjälp",
    "roster": "en klasslista", "roster_import": "en klasslista", "school": "skolan",
    "school_measures": "skolans mått", "school_window": "skolans period", "score": "ett resultat",
    "scores": "resultat", "sheet": "resultatbladet", "support": "en stödperiod", "texts": "texter",
    "token": "en nyckel för program", "trail": "den här loggen", "window": "en period",
}  # fmt: skip


def said(action: str, token: int | None = None) -> str:
    """The action in Swedish; one that nobody has given words to as its code. ``token``: a program did it."""
    thing, _, did = action.partition(":")
    words = f"{DID[did]} {THINGS[thing]}" if did in DID and thing in THINGS else action
    return f"{words} (program med nyckel {token})" if token else words
