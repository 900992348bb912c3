# SPDX-License-Identifier: BSD-2-Clause
"""Who may play in a film, and the things that they hide behind."""
import torcs
import zeroad

ANIMALS = '''
    arctic_wolf bear_black bear_brown boar bull camel chicken cow crocodile deer donkey
    elephant_african_bush elephant_asian elephant_african_baby fox_red gazelle giraffe_adult giraffe_baby
    goat hippopotamus horse horse_palomino_01 horse_white horse_black horse_skewbald lion lioness mastiff
    muskox peacock pig1 piglet pony rabbit1 rhino sanga_cattle sheep1 sheep2 tiger walrus wildebeest wolf
    zebra zebu
'''.split()
WALKERS = ('infantry', 'female_citizen', 'healer', 'minister', 'trader')
NO_WALKERS = ('ballista', 'lithobolos', 'oxybeles', 'scorpio', 'hero_cav', '_r.xml', '_h.xml', 'operator')
COVER = ('column_doric.', 'barrel_a.', 'crate', 'fence', 'hay', 'handcart', 'standing', 'stone_pile', 'well_1',
         'obelisk', 'statue', 'wood_pile', 'snowman', 'vase_hele_a')
PLANTS = ('bush', 'reeds', 'grass_field', 'grass_savanna', 'shrub', 'cypress', 'fern', 'papyrus', 'bamboo')
TREES = ('euro_birch_tree', 'bamboo_single', 'banana', 'acacia', 'apple', 'carob')
WEAPONS = {
    'weapon_R', 'weapon_L', 'weapon_r', 'weapon_l', 'weapon', 'bow', 'quiver', 'quiver_back', 'quiver_R', 'quiver_B'
}
SHIELDS = {'shield', 'shield_arm', 'shield_back'}
SHARES = {'people': 4., 'animals': 4., 'riders': 1.5, 'mixed': 1., 'cars': 1.8}
ASIDE = .5                         # how often people leave their weapons, or their shields, away


def having(names, words):
    return [n for n in names if any(w in n for w in words)]


class Cast:
    """Lists of names by kind, and things made of them."""

    def __init__(self, packages):
        self.packages, self.archive = packages, zeroad.Archive(packages)
        units, props = self.archive.actors('units/'), self.archive.actors('props/')
        self.people = [n for n in having(units, WALKERS) if not having([n], NO_WALKERS)]
        self.riders = [n for n in units if 'cavalry' in n and n.endswith('_m.xml')]
        elephants = [n for n in units if 'elephant' in n and n.endswith('_m.xml')]
        self.animals = [n for n in self.archive.actors('fauna/') if n[6:-4] in ANIMALS]
        self.cars = [f'car:{name}' for name in torcs.cars(packages)]
        self.mixed = self.people + self.animals + self.riders + elephants
        things = [n for n in props if n.startswith('props/special/eyecandy/')]
        plants = [n for n in props if n.startswith('props/flora/')]
        self.cover = having(things, COVER) + having(plants, PLANTS) + \
            [n for n in self.archive.actors('flora/trees/') if n[12:-4] in TREES]

    def make(self, name, rng):
        """A model, and the attach points whose props it lacks this time; None where the name gives nothing to see."""
        if name.startswith('car:'):
            return torcs.Car(self.packages, name[4:], int(rng.choice([0, 0, 40, 85, 128, 170, 213]))), set()
        model = zeroad.Actor(self.archive, name, rng)
        hidden = (WEAPONS if rng.random() < ASIDE else set()) | (SHIELDS if rng.random() < ASIDE else set())
        return (model, hidden) if model.body else None
