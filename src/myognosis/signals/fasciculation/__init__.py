from myognosis.signals.fasciculation.finding import find_fasciculations, find_fasciculations_in, Event, Fasciculations
from myognosis.signals.fasciculation.settings import FasciculationSettings
from myognosis.signals.fasciculation.rates import poisson_interval
