#pragma once
#include "pch_actor.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
