// LunarLander as one C++ loop on Box2D, with nothing between: the speed that the environment in
// Swift is measured against. Random actions, episodes of at most 1,000 steps, a new world at every
// reset.
//
//     lunarlander-bare [steps]
//
// Environment (seed 0) and actions (seed 1) draw from PCG64 as NumPy seeds it, so that the work is
// that of `LunarLander` in a `TimeLimit` driven by the same actions, on stock Box2D 2.4, however,
// whose trajectories are others.

#pragma STDC FP_CONTRACT OFF

#include <box2d/box2d.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

// MARK: PCG64 and SeedSequence

struct PCG64 {
  using Wide = unsigned __int128;
  Wide state = 0, increment;
  uint32_t half = 0;
  bool hasHalf = false;

  explicit PCG64(uint32_t seed) {
    uint32_t pool[4], h = 0x43b0d7e5;
    auto hash = [&](uint32_t v) { v ^= h; h *= 0x931e8875; v *= h; return v ^ v >> 16; };
    for (int i = 0; i < 4; ++i) pool[i] = hash(i == 0 ? seed : 0);
    for (int from = 0; from < 4; ++from)
      for (int to = 0; to < 4; ++to)
        if (from != to) {
          uint32_t r = 0xca01f9ddu * pool[to] - 0x4973f715u * hash(pool[from]);
          pool[to] = r ^ r >> 16;
        }
    uint64_t words[4];
    h = 0x8b51f9dd;
    for (int i = 0; i < 8; ++i) {
      uint32_t v = pool[i % 4] ^ h;
      h *= 0x58f38ded;
      v *= h;
      v ^= v >> 16;
      words[i / 2] = i % 2 ? words[i / 2] | uint64_t(v) << 32 : v;
    }
    increment = (Wide(words[2]) << 64 | words[3]) << 1 | 1;
    next();
    state += Wide(words[0]) << 64 | words[1];
    next();
  }

  uint64_t next() {
    state = state * (Wide(2549297995355413924u) << 64 | 4865540595714422341u) + increment;
    uint64_t high = state >> 64, folded = high ^ uint64_t(state);
    int rotation = high >> 58;
    return folded >> rotation | folded << (-rotation & 63);
  }

  double uniform(double low, double high) {
    return low + (high - low) * ((next() >> 11) * 0x1p-53);
  }

  uint32_t below4() { // Lemire's method; 4 divides 2^32, so that nothing is rejected
    if (hasHalf) {
      hasHalf = false;
      return uint64_t(half) * 4 >> 32;
    }
    uint64_t word = next();
    half = word >> 32;
    hasHalf = true;
    return uint64_t(uint32_t(word)) * 4 >> 32;
  }
};

// MARK: The environment

struct Lander : b2ContactListener {
  static constexpr double scale = 30, width = 600 / scale, height = 400 / scale;
  PCG64 random{0};
  std::unique_ptr<b2World> world;
  b2Body *hull = nullptr, *legs[2] = {};
  bool isDown[2] = {}, isOver = false, hasShaping = false;
  double shaping = 0, observation[8] = {};
  float row[8] = {};

  void BeginContact(b2Contact *contact) override {
    b2Body *a = contact->GetFixtureA()->GetBody(), *b = contact->GetFixtureB()->GetBody();
    if (a == hull || b == hull) isOver = true;
    for (int i = 0; i < 2; ++i)
      if (a == legs[i] || b == legs[i]) isDown[i] = true;
  }

  void EndContact(b2Contact *contact) override {
    b2Body *a = contact->GetFixtureA()->GetBody(), *b = contact->GetFixtureB()->GetBody();
    for (int i = 0; i < 2; ++i)
      if (a == legs[i] || b == legs[i]) isDown[i] = false;
  }

  void reset() {
    world.reset(new b2World(b2Vec2(0, -10)));
    world->SetContactListener(this);
    isDown[0] = isDown[1] = isOver = hasShaping = false;

    double heights[12], smooth[11];
    for (double &h : heights) h = random.uniform(0, height / 2);
    for (int i = 3; i <= 7; ++i) heights[i] = height / 4;
    for (int i = 0; i < 11; ++i)
      smooth[i] = 0.33 * (heights[i ? i - 1 : 11] + heights[i] + heights[i + 1]);
    b2BodyDef still;
    b2Body *ground = world->CreateBody(&still);
    for (int i = -1; i < 10; ++i) {
      b2EdgeShape edge;
      if (i < 0) edge.SetTwoSided(b2Vec2(0, 0), b2Vec2(width, 0));
      else edge.SetTwoSided(b2Vec2(2.0 * i, smooth[i]), b2Vec2(2.0 * (i + 1), smooth[i + 1]));
      b2FixtureDef fixture;
      fixture.shape = &edge;
      fixture.friction = i < 0 ? 0.2f : 0.1f;
      ground->CreateFixture(&fixture);
    }

    const double corners[6][2] = {{-14, 17}, {-17, 0}, {-17, -10}, {17, -10}, {17, 0}, {14, 17}};
    b2Vec2 points[6];
    for (int i = 0; i < 6; ++i) points[i].Set(corners[i][0] / scale, corners[i][1] / scale);
    hull = addBody(width / 2, 0);
    b2PolygonShape shape;
    shape.Set(points, 6);
    addShape(hull, shape, 5, 0.1f, 0x10);
    double x = random.uniform(-1000, 1000), y = random.uniform(-1000, 1000);
    hull->ApplyForceToCenter(b2Vec2(x, y), true);
    for (int i = 0; i < 2; ++i) {
      double side = i ? 1 : -1;
      legs[i] = addBody(width / 2 - side * 20 / scale, side * 0.05);
      b2PolygonShape box;
      box.SetAsBox(2 / scale, 8 / scale);
      addShape(legs[i], box, 1, 0.2f, 0x20);
      b2RevoluteJointDef joint;
      joint.bodyA = hull;
      joint.bodyB = legs[i];
      joint.localAnchorB.Set(side * 20 / scale, 18 / scale);
      joint.referenceAngle = side * 0.05;
      joint.enableMotor = joint.enableLimit = true;
      joint.maxMotorTorque = 40;
      joint.motorSpeed = 0.3 * side;
      joint.lowerAngle = i ? -0.9 : 0.9 - 0.5;
      joint.upperAngle = i ? -0.9 + 0.5 : 0.9;
      world->CreateJoint(&joint);
    }
    bool isDone;
    step(0, isDone);
  }

  double step(int action, bool &isDone) {
    double angle = hull->GetAngle(), tipX = std::sin(angle), tipY = std::cos(angle);
    double sideX = -tipY, sideY = tipX;
    double first = random.uniform(-1, 1) / scale, second = random.uniform(-1, 1) / scale;
    double px = hull->GetPosition().x, py = hull->GetPosition().y, fuel = 0;
    if (action == 2) {
      double down = 4 / scale + 2 * first;
      double ox = tipX * down + sideX * second, oy = -tipY * down - sideY * second;
      hull->ApplyLinearImpulse(b2Vec2(-ox * 13, -oy * 13), b2Vec2(px + ox, py + oy), true);
      fuel = 0.30;
    } else if (action) {
      double away = 3 * second + (action - 2) * 12 / scale;
      double ox = tipX * first + sideX * away, oy = -tipY * first - sideY * away;
      b2Vec2 point(px + ox - tipX * 17 / scale, py + oy + tipY * 14 / scale);
      hull->ApplyLinearImpulse(b2Vec2(-ox * 0.6, -oy * 0.6), point, true);
      fuel = 0.03;
    }
    world->Step(0.02f, 180, 60);

    b2Vec2 position = hull->GetPosition(), velocity = hull->GetLinearVelocity();
    double *o = observation;
    o[0] = (position.x - width / 2) / (width / 2);
    o[1] = (position.y - (height / 4 + 18 / scale)) / (height / 2);
    o[2] = velocity.x * (width / 2) / 50;
    o[3] = velocity.y * (height / 2) / 50;
    o[4] = hull->GetAngle();
    o[5] = 20 * double(hull->GetAngularVelocity()) / 50;
    o[6] = isDown[0];
    o[7] = isDown[1];
    for (int i = 0; i < 8; ++i) row[i] = o[i];
    double potential = -100 * std::sqrt(o[0] * o[0] + o[1] * o[1])
        - 100 * std::sqrt(o[2] * o[2] + o[3] * o[3]) - 100 * std::fabs(o[4]) + 10 * o[6]
        + 10 * o[7];
    double reward = (hasShaping ? potential - shaping : 0) - fuel;
    shaping = potential;
    hasShaping = true;
    isDone = isOver || std::fabs(o[0]) >= 1;
    if (isDone) reward = -100;
    if (!hull->IsAwake()) {
      isDone = true;
      reward = 100;
    }
    return reward;
  }

  b2Body *addBody(double x, double angle) {
    b2BodyDef body;
    body.type = b2_dynamicBody;
    body.position.Set(x, height);
    body.angle = angle;
    return world->CreateBody(&body);
  }

  void addShape(b2Body *body, b2Shape &shape, float density, float friction, uint16 category) {
    b2FixtureDef fixture;
    fixture.shape = &shape;
    fixture.density = density;
    fixture.friction = friction;
    fixture.filter.categoryBits = category;
    fixture.filter.maskBits = 0x1;
    body->CreateFixture(&fixture);
  }
};

int main(int count, char **arguments) {
  const long steps = count > 1 ? std::atol(arguments[1]) : 300000;
  Lander lander;
  PCG64 actions(1);
  lander.reset();
  long episodes = 0, length = 0;
  double total = 0;
  const auto start = std::chrono::steady_clock::now();
  for (long i = 0; i < steps; ++i) {
    bool isDone;
    total += lander.step(actions.below4(), isDone);
    if (++length == 1000 || isDone) { // the time limit
      ++episodes;
      length = 0;
      lander.reset();
    }
  }
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  std::printf("%.0f steps/s, %ld episodes, rewards %.6f\n", steps / time.count(), episodes, total);
}
