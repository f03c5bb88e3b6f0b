"""Free words of a mark or a comment, without those that may be a person's name.

Nobody can list all names. So the other way round: a word that begins with a capital, or is written in capitals, stays only where it
is known to be said of recordings, is short, as the names of muscles and leads are ("EMG", "TA"), or holds a digit; whatever else
begins with a capital goes, and so does what stands behind words like "patient:". Words in small letters stay.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache

from myognosis.model.recording import Annotation

__all__ = ["IS_WHO", "LINE_WHO", "blanked", "shortened", "spans_of_names"]

_WHO = "|".join((
    "patient", "subject", "participant", "operator", "experimenter", "examiner", "physician", "technician", "investigator",
    "(?:sur|first|last|family|given|full)[ _]?name", "birth", "hostname", "пац[иі][еє]нт", "досл[иі]джуван", "обследуем",
    "пр[иі]звище", "фамил", r"[иі]м['’ʼ]?я\b", "по[ -]батьков", "отчеств", r"\bп\.? ?[иі]\.? ?б\b", r"\bф\.? ?и\.? ?о\b", "народж",
    "рожден", "л[иі]кар", "врач",
))  # fmt: skip
"""Words that say of whom or by whom; in Ukrainian and Russian too."""
IS_WHO = re.compile(_WHO, re.IGNORECASE)
LINE_WHO = re.compile(rf"^\W*(?:name\W*[:=]|[^:=;,\t]*(?:{_WHO})[^:=;,\t]*[:=;,\t])", re.IGNORECASE)
_BEHIND = re.compile(rf"(?:{_WHO})\w*\s*(?:name|id)?\s*[:=;,\t]|\bname\s*[:=]", re.IGNORECASE)
_TITLE = re.compile(
    r"\b(?:dr|mr|mrs|ms|miss|prof|professor|doctor|лікар\w*|врач\w*|доктор|пан|пані)\b\.?[ \t]+([^\W\d_]\S*)", re.IGNORECASE
)
"""Whoever stands behind a title is named, in small letters too."""
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*")
_PARTS = re.compile(r"[A-ZА-ЯҐЄІЇЁ]?[^\WA-ZА-ЯҐЄІЇЁ\d_]+|[A-ZА-ЯҐЄІЇЁ]+(?![^\WA-ZА-ЯҐЄІЇЁ\d_])|[^\W\d_]")
_CODE = 4
"""Capitals of up to so many letters are leads and muscles, and no more likely to be a name."""

_SAID = frozenset(
    """
    a abdominis abduction abductor activity adduction adductor ampl amplitude an anal analysis and ankle annotation
    annotations anode antagonist anterior apr april arm arms artefact artifact asterixis at aug august back baseline begin
    beginning biceps bipolar blink blinking block brachii brain break brevis burst calf calibration carpi cathode channel
    channels check chest chin clench clonic clonus close closed cold comment comments communis complex condition contraction
    contralateral cough coughing coughs count cramp crd created cross cue data date day dec december deep delete deltoid
    device diaphragm digit digitorum discharge discharges distal dorsal dorsi doublet down drug duration dystonia eeg elbow
    electrode emg end epoch erb erector event exercise export exported extend extension extensor eye eyes face facial
    fasciculation fasciculations fast fatigue feb february femoris fibrillation fibularis file filter finger first flash flex
    flexion flexor foot force forearm format frequency fri friday from frontalis gain gap gastrocnemius gluteus go grip ground
    hallucis hamstring hamstrings hand hands hardware head header heel high hold holding hv hyperventilation hypothenar hz
    iliopsoas impedance impedances in index infraspinatus inner inserted insertion intensity intercostal intermedius
    interosseous interval jan january jaw jerk jerks jul july jun june keywords knee lab label labels laboratory lamp latency
    lateral lateralis latissimus lead left leg legs level lid lift light lip loaded longus lost low lower mar march mark
    marker masseter mat matlab max maximal maximum maximus may medial medialis median medius mentalis mid middle min minimus
    mon monday move moved movement movements moving ms multiplet muscle muscles mvc myoclonus myokymia myotonia nasalis neck
    needle negative nerve neurology neuromyotonia new next no noise normal notch note nothing nov november now number obliquus
    oct octave october off ok on onset open opened operator opponens orbicularis outer page pain palm paraspinal paraspinals
    participant pass passive patient pause peak pectoralis period peroneal photic physiology pinch platform point pollicis
    position positive posix post posterior postural posture potential pre press profundus pronation proximal pulse quadratus
    quadriceps radial radialis ramp rate ready record recorded recorder recording rectus reference reflex relax relaxation
    relaxed release remove repetition reset resolution response rest restart resting resume rhomboid rhythm right ring run
    sample sampling sat saturday scale schema second segment seizure sensitivity sensor sep september series serratus session
    set settings shake sharp short shoulder side signal signals simple sit sitting sleep slow software soleus sound spasm
    speak speech sphincter spike spinae spontaneous squeeze stand standing start state step sternocleidomastoid stim
    stimulation stimuli stimulus stop strong subject sun sunday superficial superficialis supination supine supraspinatus
    sural surface swallow sync synchronisation synchronization system talk talking talks tap tapping task temperature
    temporalis tendon test text thenar thigh thu thumb thursday tibial tibialis time toe tone tongue tonic touch trapezius
    tremor trial triceps trigger true tue tuesday turn twitch twitches ulnar ulnaris undefined unknown up upper vastii vastus
    version vibration video volume voluntary wait walk walking warm wave weak wed wednesday weight window with without wrist
    written yawn zygomaticus
    артефакт бедро большой введена введено великий відкриті відпочинок глаза голень голка гомілка движение движения закриті
    закрыты запис запись игла канал кашель кисть коментар комментарий конец кінець левая левое левый ліва ліве лівий м'яз мова
    мышца м’яз навантаження нагрузка напруження напряжение начало нога ноги отдых открыты очі палец палець пауза пациент
    пацієнт передпліччя плече плечо подёргивание поза покой посмикування початок права правая праве правий правое правый
    предплечье проба расслабление речь розслаблення рука руки рух рухи скорочення сокращение спокій стегно стимул стимуляция
    стимуляція стопа судома судорога тест тремор фасцикуляции фасцикуляция фасцикуляція фасцикуляції
    """.split()  # noqa: SIM905  # a list of six hundred lines is not read
)
"""What is said of recordings, in small letters; a word with a capital that is not here may be a name."""


Spans = Callable[[str], list[tuple[int, int]]]
"""Where in some words a person may be named."""


def spans_of_names(text: str) -> list[tuple[int, int]]:
    """Where in some words a person may be named.

    >>> text = "Needle in left TA, Kovalenko coughs"
    >>> [text[first:last] for first, last in spans_of_names(text)]
    ['Kovalenko']
    """
    behind = LINE_WHO.match(text) or _BEHIND.search(text)
    spans, end = list[tuple[int, int]](), len(text)
    if behind:
        end = behind.end()
        if text[end:].strip():
            spans.append((end, len(text)))
    found = [
        (word.start(), word.end() + (len(word[0]) == 1))  # the point of an initial goes with it
        for word in _WORD.finditer(text, 0, end)
        if not _may_stay(word[0], text[word.end() :])
    ]
    titled = [one.span(1) for one in _TITLE.finditer(text, 0, end)]
    return sorted(found + [one for one in titled if not any(a < one[1] and one[0] < b for a, b in found)]) + spans


def _may_stay(word: str, after: str) -> bool:
    """Whether a word says something of a recording, and is no name that we would know to be one."""
    if word.casefold() in _SAID or word == word.lower():
        return True
    if len(word) == 1:
        return not after.startswith(".")  # an initial
    if after[:1].isdigit() and len(word) < _CODE:
        return True  # a lead, such as Fp1
    if word == word.upper():
        return len(word) <= _CODE
    parts = _PARTS.findall(word)
    return all(part.casefold() in _SAID or part == part.lower() or (part == part.upper() and len(part) <= _CODE) for part in parts)


def blanked(raw: bytes, spans: Spans = spans_of_names) -> bytes:
    """The bytes of some words with blanks where a person may be named; as long as before, whatever they are written in."""
    for coding in ("utf-8", "cp1251", "latin-1"):
        try:
            text = raw.decode(coding)
            break
        except UnicodeDecodeError:
            continue
    out, at = bytearray(), 0
    for first, last in spans(text):
        out += text[at:first].encode(coding) + b" " * len(text[first:last].encode(coding))
        at = last
    return bytes(out + text[at:].encode(coding))


_GONE = re.compile(r"…(?:[\s.,;]*…)+")


@lru_cache(maxsize=1 << 16)
def _shortened(text: str) -> str:
    """Kept for more marks than an hour has: a recording is read in hundreds of parts, each with all of its marks."""
    out, at = "", 0
    for first, last in spans_of_names(text):
        out, at = f"{out}{text[at:first]}…", last
    return _GONE.sub("…", out + text[at:])


def shortened(marks: Iterable[Annotation]) -> tuple[tuple[Annotation, ...], int]:
    """Marks whose words name nobody, and how many had to be shortened for it."""
    before = tuple(marks)
    after = tuple(one if (text := _shortened(one.text)) == one.text else replace(one, text=text) for one in before)
    return after, sum(a is not b for a, b in zip(before, after, strict=True))
