from dataclasses import dataclass
import numpy as np
import numpy.typing as npt
from myognosis.model.recording import Channel, Measurement
from myognosis.signals.fasciculation.ear import calibrate
from myognosis.signals.fasciculation.engine import Finder, Found, find_potentials
from myognosis.signals.fasciculation.gates import Gate
from myognosis.signals.fasciculation.listen import listen
from myognosis.signals.fasciculation.rates import poisson_interval
from myognosis.signals.fasciculation.regions import find_regions
from myognosis.signals.fasciculation.settings import FasciculationSettings
from myognosis.signals.fasciculation.snippets import Loader
from myognosis.signals.fasciculation.voluntary import swing_of, voluntary_seconds
from myognosis.signals.fasciculation.source import ChannelSource, Source

@dataclass(frozen=True)
class Event:
    time_s: float
    amplitude_uv: float
    snr: float
    channel: str
    source: int

@dataclass(frozen=True, eq=False)
class Fasciculations:
    events: tuple[Event, ...]
    seconds: float
    analysable: npt.NDArray
    voluntary: npt.NDArray
    measurements: tuple
    debug: object = None

def cent(m,fl):
    e=np.maximum((m**2)-(2*fl)**2,0).sum(1)+1e-9
    return int(round((e*np.arange(len(e))).sum()/e.sum()))

def find_fasciculations(channels, settings=None):
    return find_fasciculations_in(ChannelSource(channels), settings)

def find_fasciculations_in(source, settings=None):
    settings = settings or FasciculationSettings()
    ear = calibrate(source, settings)
    heard = listen(source, ear, settings)
    grid = len(source.names) >= settings.grid_from
    regions = find_regions(heard, ear, settings)
    busy=swing_of(heard)
    calm = (busy < settings.lenient.swing) & heard.quality.assessable
    finder = Finder(Loader(source, ear, heard, settings), ear, settings, grid)
    found, templates = find_potentials(finder, regions, calm)
    offsets = {}
    events=[]
    loaded=[]
    for f in found:
        s = finder.loader.load(f.sample, f.sample)
        loaded.append(s.y)
    half = loaded[0].shape[0]//2 if loaded else 0
    rate=ear.rate_hz
    reach=round(.015*rate)
    for k in range(len(templates.members)):
        ys=[y for y,f in zip(loaded,found) if f.template==k and y.shape==loaded[0].shape]
        if not ys: continue
        m=np.mean(ys,0)[half-reach:half+reach]
        c=int(np.argmax(np.ptp(m,axis=0))); offsets[k]=(cent(m,heard.floor[0]/np.sqrt(len(ys)))-reach,c)
    for y,f in zip(loaded,found):
        m=y[half-reach:half+reach]
        if f.template>=0 and f.template in offsets: off,c=offsets[f.template]
        else:
            c=int(np.argmax(np.ptp(m,axis=0))); off=cent(m[reach//3:-(reach//3)],heard.floor[0])-(reach-reach//3)
        sec=min(f.sample//ear.block,len(heard.floor)-1)
        a=float(np.ptp(m[:,c])); events.append((Event((f.sample+off)/rate,a,a/float(heard.floor[sec,c]),source.names[c],f.template),f.gate))
    last=source.n_samples/source.rate_hz-settings.edge_s
    real=[e for e,g in events if g is Gate.NONE and settings.edge_s<=e.time_s<=last]
    t=np.array([e.time_s for e in real])
    vol=voluntary_seconds(t,heard,busy,settings.strict,settings)
    ana=heard.quality.assessable&~vol
    kept=tuple(e for e in real if int(e.time_s)<len(ana) and ana[int(e.time_s)])
    sec=float(ana.sum())
    lo,hi=poisson_interval(len(kept),sec/60) if sec else (0,0)
    ms=(Measurement(name='fasciculation_rate',value=60*len(kept)/max(sec,1),low=lo,high=hi,unit='/min',method='',source='',seconds=sec),)
    return Fasciculations(kept,sec,ana,vol,ms,(ear,heard,regions,found,templates,events))
